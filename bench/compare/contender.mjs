// One contender in its own process, so that the others' code does not affect how the engine compiles it. The parent process
// runs one contender at a time, in turn.
const [modulePath, name] = process.argv.slice(2)
const { contenders } = await import(modulePath)
const operations = await contenders[name]()

process.on("message", async ({ operation, milliseconds }) => {
  process.send(await measure(operations[operation], milliseconds))
})
process.on("disconnect", () => process.exit())
process.send({ operations: Object.keys(operations) })

/** Nanoseconds per call, over as many calls as fit. The clock is read after ever larger batches, so slow calls fit, too. */
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
