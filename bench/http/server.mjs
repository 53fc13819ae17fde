// One contender in a process of its own. Tells its port, then the processor time that it took since it was asked last.
import { contenders } from "./contenders.mjs"

const server = await contenders[process.argv[2]]()
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
let before = process.cpuUsage()
process.on("message", () => {
  const { user, system } = process.cpuUsage(before)
  before = process.cpuUsage()
  process.send({ microseconds: user + system, bytes: process.memoryUsage().rss })
})
process.on("disconnect", () => process.exit())
process.send({ port: server.address().port })
