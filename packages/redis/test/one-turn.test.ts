import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { RedisBackend } from "../src/index.js"
import { eventually } from "./eventually.js"
import { RedisProcess } from "./redis-process.js"
import { clusterUrls, url } from "./test-servers.js"

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString()

describe("calls of one turn", () => {
  it("are combined to one command per method", async () => {
    const server = await RedisProcess.start()
    const backend = new RedisBackend({ url: server.url })
    onTestFinished(() => backend.close())
    const keys = Array.from({ length: 50 }, (_, index) => `key:${index}`)
    await Promise.all(keys.map((key, index) => backend.set(key, Buffer.from(String(index)), 60_000)))
    await Promise.all(keys.map((key) => backend.incr(key, 1)))
    const values = await Promise.all(keys.map((key) => backend.get(key)))
    expect(values.map(text)).toEqual(keys.map((_, index) => String(index + 1)))
    for (const key of keys) expect(await backend.ttl(key)).toBeGreaterThan(50_000)
    const statistics = String(await server.ask("INFO", "commandstats"))
    // The server also counts the MGET and MSET in scripts.
    for (const count of [/cmdstat_mget:calls=2,/, /cmdstat_mset:calls=1,/, /cmdstat_evalsha:calls=2,/]) {
      expect(statistics).toMatch(count)
    }
  })

  it("take effect in order on a server that has just started", async () => {
    const server = await RedisProcess.start()
    const backend = new RedisBackend({ url: server.url })
    onTestFinished(() => backend.close())
    const keys = ["a", "b", "c"]
    const storeAndRemove = () =>
      Promise.all([...keys.map((key) => backend.set(key, Buffer.from("1"))), backend.delete("a"), backend.incr("b", 1)])
    const answers = [undefined, undefined, undefined, true, 2]
    expect(await storeAndRemove()).toEqual(answers)
    expect((await backend.getMany(keys)).map(text)).toEqual([undefined, "2", "1"])
    await server.stop()
    await server.start()
    await eventually(() => backend.ping())
    expect(await storeAndRemove()).toEqual(answers)
    expect((await backend.getMany(keys)).map(text)).toEqual([undefined, "2", "1"])
  })
})

const stores = { "a server": { url }, "a cluster": { cluster: clusterUrls } }

describe.each(Object.entries(stores))("calls of one turn to %s", (_name, options) => {
  const prefix = randomUUID()
  const key = (name: string): string => `${prefix}:${name}`
  const backend = new RedisBackend(options)

  // Loads the scripts on every server of the cluster: otherwise, the first use sends the script again, after later calls.
  beforeAll(async () => {
    for (const count of [1, 5]) {
      const names = Array.from({ length: count }, (_, index) => key(`first:${index}`))
      await Promise.all(names.map((name) => backend.set(name, Buffer.from("1"), 60_000)))
      await Promise.all(names.map((name) => backend.incr(name, 1)))
    }
  })

  afterAll(async () => {
    await backend.clear(prefix)
    await backend.close()
  })

  it("take effect in order", async () => {
    const name = key("order")
    const set = (value: string, ttl?: number) => backend.set(name, Buffer.from(value), ttl)
    const answers = await Promise.all([
      set("1"),
      backend.get(name).then(text),
      backend.incr(name, 1),
      backend.incr(name, 2),
      backend.get(name).then(text),
      set("7"),
      set("8"),
      set("9"),
      set("10", 60_000),
      backend.getMany([name]).then(([one]) => text(one)),
      backend.delete(name),
      backend.get(name),
      backend.add(name, Buffer.from("5")),
      backend.incr(name, 1),
    ])
    const nothing = undefined
    expect(answers).toEqual([nothing, "1", 2, 4, "4", nothing, nothing, nothing, nothing, "10", true, nothing, true, 6])
  })

  it("settle independently if one of them fails", async () => {
    const largest = Number.MAX_SAFE_INTEGER
    const entries = {
      one: "1",
      word: "word",
      top: String(largest),
      near: String(largest - 1),
      beyond: "9007199254740993",
    }
    const huge = { int64: "9223372036854775807", digits: "99999999999999999999", zeros: "007", minus: "-0" }
    await backend.setMany(
      Object.entries({ ...entries, ...huge }).map(([name, value]) => ({ key: key(name), value: Buffer.from(value) })),
    )
    const names = ["one", "word", "nobody", "top", "near", "beyond", "one", "int64", "digits", "zeros", "minus"]
    const together = await Promise.allSettled(names.map((name) => backend.incr(key(name), 1)))
    expect(together.map((one) => (one.status === "fulfilled" ? one.value : one.reason.name))).toEqual([
      2,
      "TypeError",
      undefined,
      "RangeError",
      largest,
      "RangeError",
      3,
      "RangeError",
      "RangeError",
      "TypeError",
      "TypeError",
    ])
    const after = await Promise.all(Object.keys({ ...entries, ...huge }).map((name) => backend.get(key(name))))
    expect(after.map(text)).toEqual(Object.values({ ...entries, ...huge, one: "3", near: String(largest) }))
  })

  it("miss if a key does not hold a string, alone and combined", async () => {
    const foreign = new RedisBackend(options)
    onTestFinished(() => foreign.close())
    // No cache writes such a key: it belongs to another program.
    const { createClient, createCluster } = await import("@keyv/redis")
    const client =
      "url" in options
        ? await createClient(options).connect()
        : await createCluster({ rootNodes: options.cluster.map((one) => ({ url: one })) }).connect()
    onTestFinished(() => void client.destroy())
    await client.hSet(key("hash"), "field", "1")
    await backend.set(key("count"), Buffer.from("1"))
    expect(await backend.get(key("hash"))).toBeUndefined()
    expect(await backend.incr(key("hash"), 1)).toBeUndefined()
    expect(await backend.getMany([key("hash"), key("nobody")])).toEqual([undefined, undefined])
    expect(await Promise.all([backend.get(key("hash")), backend.get(key("count")).then(text)])).toEqual([
      undefined,
      "1",
    ])
    expect(await Promise.all([backend.incr(key("hash"), 1), backend.incr(key("count"), 1)])).toEqual([undefined, 2])
  })
})
