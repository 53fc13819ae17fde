// One contender in a process of its own. It says where it listens, how much processor time it took since it was asked for
// that last, and how much memory it has.
import { barePages, contenders } from "./contenders.mjs"

const server = await { ...contenders, barePages }[process.argv[2]]()
let spent = process.cpuUsage()

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }))
process.on("message", (question) => {
  if (question === "processor") {
    const { user, system } = process.cpuUsage(spent)
    spent = process.cpuUsage()
    process.send(user + system)
    return
  }
  // Connections that nobody uses any more are no part of the memory that pages take.
  server.closeIdleConnections()
  setTimeout(() => {
    // Not between loads: with the garbage goes code that the engine has made faster.
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    process.send({ bytes: heapUsed + external, rss })
  }, 50)
})
process.on("disconnect", () => process.exit())
