// One contender in its own process. It reports its port, the processor time since the last such question, and its memory.
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
  // Idle connections do not count as memory of pages.
  server.closeIdleConnections()
  setTimeout(() => {
    // Not between loads: a full collection also discards optimized code.
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    process.send({ bytes: heapUsed + external, rss })
  }, 50)
})
process.on("disconnect", () => process.exit())
