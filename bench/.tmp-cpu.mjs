// node .tmp-cpu.mjs contender op n : cpu µs per op
process.env.REDIS_URL ??= "redis://127.0.0.1:20594"
const { contenders, operations, perOperation } = await import("./suites/redis.mjs")
const [pattern = ".", who = "^(node-redis|Larder)", rounds = "7", budget = "150"] = process.argv.slice(2)
const ops = operations.filter((o) => new RegExp(pattern).test(o))
const runs = {}
for (const [name, make] of Object.entries(contenders)) if (new RegExp(who).test(name)) runs[name] = await make()
for (const op of ops) {
  const samples = {}
  for (let r = 0; r <= +rounds; r++)
    for (const [name, run] of Object.entries(runs)) {
      if (!run[op]) continue
      const start = process.cpuUsage()
      let calls = 0
      const t0 = performance.now()
      do {
        for (let i = 0; i < 8; i++) await run[op](calls++)
      } while (performance.now() - t0 < +budget)
      const { user, system } = process.cpuUsage(start)
      if (r > 0) (samples[name] ??= []).push(perOperation(op, ((user + system) * 1000) / calls))
    }
  const med = Object.fromEntries(Object.entries(samples).map(([n, s]) => [n, s.sort((a, b) => a - b)[s.length >> 2]]))
  const base = med["node-redis by hand"]
  console.log(
    op.padEnd(28),
    Object.entries(med)
      .map(([n, m]) => `${n.slice(0, 12)} ${m.toFixed(2)} (${(base / m).toFixed(2)})`)
      .join("  "),
  )
}
process.exit()
