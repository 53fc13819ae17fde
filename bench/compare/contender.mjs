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

/** Nanoseconds a call: at least one batch, as many as fit. */
async function measure(run, milliseconds) {
  if (run === undefined) return null
  const batch = 64
  let calls = 0
  const start = process.hrtime.bigint()
  const end = start + BigInt(milliseconds) * 1_000_000n
  let now = start
  while (now < end) {
    for (let index = 0; index < batch; index++) await run(calls + index)
    calls += batch
    now = process.hrtime.bigint()
  }
  return Number(now - start) / calls
}
