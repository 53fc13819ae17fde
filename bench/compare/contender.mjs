// One contender in a process of its own, so that no other's code has shaped what the engine made of it. The parent
// process says when to run: one contender at a time, all of them in turn.
const [modulePath, name] = process.argv.slice(2)
const { contenders } = await import(modulePath)
const operations = await contenders[name]()

process.on("message", async ({ operation, milliseconds }) => {
  process.send(await measure(operations[operation], milliseconds))
})
process.on("disconnect", () => process.exit())
process.send({ operations: Object.keys(operations) })

/** Nanoseconds a call: as many as fit, the clock being asked ever more seldom, so that slow calls fit, too. */
async function measure(run, milliseconds) {
  if (run === undefined) return null
  let batch = 1
  let calls = 0
  const start = process.hrtime.bigint()
  const end = start + BigInt(milliseconds) * 1_000_000n
  let now = start
  while (now < end) {
    for (let index = 0; index < batch; index++) await run(calls + index)
    calls += batch
    batch = Math.min(batch * 2, 64)
    now = process.hrtime.bigint()
  }
  return Number(now - start) / calls
}
