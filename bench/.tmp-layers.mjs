process.env.REDIS_URL ??= "redis://127.0.0.1:20594"
const { Cache } = await import("@larder/core")
const { RedisBackend } = await import("@larder/redis")
const { createClient } = await import("@keyv/redis")
const url = process.env.REDIS_URL
const client = await createClient({ url }).connect()
const backend = new RedisBackend({ url })
const cache = new Cache(backend, { keyPrefix: "b" })
const free = new Cache(backend, { keyPrefix: "b", operationTimeout: null })
const text = "x".repeat(100),
  bytes = Buffer.from(JSON.stringify(text))
const binary = { typeMapping: { 36: Buffer } }
const bind = Object.create(client)
const keys = Array.from({ length: 1000 }, (_, i) => `b:1:article:${i}`)
await backend.setMany(keys.map((key) => ({ key, value: bytes })))
const n = {
  "raw get": (i) => client.get(`b:1:article:${i % 1000}`),
  "sendCommand get": (i) => client.sendCommand(["GET", `b:1:article:${i % 1000}`]),
  "sendCommand binary": (i) => client.sendCommand(["GET", `b:1:article:${i % 1000}`], binary),
  "backend get": (i) => backend.get(`b:1:article:${i % 1000}`),
  "cache get": (i) => cache.get(`article:${i % 1000}`),
  "cache get, no limit": (i) => free.get(`article:${i % 1000}`),
  "raw set": (i) => client.set(`b:1:article:${i % 1000}`, text, { PX: 300000 }),
  "sendCommand set str": (i) => client.sendCommand(["SET", `b:1:article:${i % 1000}`, text, "PX", "300000"]),
  "sendCommand set buf": (i) => client.sendCommand(["SET", `b:1:article:${i % 1000}`, bytes, "PX", "300000"]),
  "sendCommand set latin": (i) =>
    client.sendCommand(["SET", `b:1:article:${i % 1000}`, bytes.latin1Slice(), "PX", "300000"]),
  "backend set": (i) => backend.set(`b:1:article:${i % 1000}`, bytes, 300000),
  "cache set": (i) => cache.set(`article:${i % 1000}`, text),
  "cache set, no limit": (i) => free.set(`article:${i % 1000}`, text),
  "raw mget": (i) => client.mGet(keys.slice(100 * (i % 10), 100 * (i % 10) + 100)),
  "backend mget": (i) => backend.getMany(keys.slice(100 * (i % 10), 100 * (i % 10) + 100)),
  "cache mget": (i) => cache.getMany(keys.slice(100 * (i % 10), 100 * (i % 10) + 100).map((k) => k.slice(4))),
  "raw incrby": (i) => client.incrBy(`b:1:n:${i % 1000}`, 1),
  "backend incr": (i) => backend.incr(`b:1:n:${i % 1000}`, 1),
  "cache incr": (i) => cache.incr(`n:${i % 1000}`),
}
const pick = new RegExp(process.argv[2] ?? "get|set|incr"),
  rounds = +(process.argv[3] ?? 9),
  ms = +(process.argv[4] ?? 120)
const conc = +(process.argv[5] ?? 64)
const samples = {}
for (let i = 0; i < 1000; i++) await client.set(`b:1:n:${i}`, "1")
for (let r = 0; r <= rounds; r++)
  for (const [name, run] of Object.entries(n)) {
    if (!pick.test(name)) continue
    const t0 = performance.now(),
      s = process.cpuUsage()
    let c = 0
    do {
      await Promise.all(Array.from({ length: conc }, () => run(c++)))
    } while (performance.now() - t0 < ms)
    const { user, system } = process.cpuUsage(s)
    if (r) (samples[name] ??= []).push((user + system) / c)
  }
for (const [name, s] of Object.entries(samples))
  console.log(name.padEnd(24), s.sort((a, b) => a - b)[s.length >> 2].toFixed(2), "min", s[0].toFixed(2))
process.exit()
