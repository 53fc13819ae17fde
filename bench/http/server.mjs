// One contender in a process of its own. It says where it listens, and for each message how much processor time it took.
import { barePages, contenders } from "./contenders.mjs"

const server = await { ...contenders, barePages }[process.argv[2]]()
let spent = process.cpuUsage()

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }))
process.on("message", () => {
  const { user, system } = process.cpuUsage(spent)
  // Connections that nobody uses any more are no part of the memory that pages take.
  server.closeIdleConnections()
  setTimeout(() => {
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    spent = process.cpuUsage()
    process.send({ microseconds: user + system, bytes: heapUsed + external, rss })
  }, 50)
})
process.on("disconnect", () => process.exit())
