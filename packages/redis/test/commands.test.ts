import { describe, expect, it, onTestFinished } from "vitest"
import { RedisBackend } from "../src/index.js"
import { eventually } from "./eventually.js"
import { RedisProcess } from "./redis-process.js"

const value = Buffer.from("value")

describe("listing keys", () => {
  it("yields each key once while the server's table shrinks", async () => {
    const server = await RedisProcess.start("--enable-debug-command", "local")
    const backend = new RedisBackend({ url: server.url })
    onTestFinished(() => backend.close())
    const names = Array.from({ length: 60_000 }, (_, index) => `key:${index}`)
    const [kept, dropped] = [names.slice(0, 1_500), names.slice(1_500)]
    await backend.setMany(names.map((key) => ({ key, value })))

    // Each listing is at another position when the table shrinks, most of them within slots that are merged.
    const listings = Array.from({ length: 30 }, () => ({ keys: backend.keys("key:"), seen: [] as string[] }))
    for (const [index, { keys, seen }] of listings.entries()) {
      while (seen.length < (index + 1) * 1_500) seen.push((await keys.next()).value)
    }
    await backend.deleteMany(dropped)
    // The server chooses the size when fewer than a tenth of 65,536 slots are used, which may be before the last deletion.
    await eventually(async () => {
      const table = String(await server.ask("DEBUG", "HTSTATS", "0"))
      if (!/table size: (?:2048|4096|8192)\b/.test(table) || /rehashing target/.test(table)) throw new Error(table)
    }, 20_000)

    for (const { keys, seen } of listings) {
      for await (const key of keys) seen.push(key)
      const once = new Set(seen)
      expect(once.size).toBe(seen.length)
      expect(kept.filter((key) => !once.has(key))).toEqual([])
    }
  })
})

describe("a script", () => {
  it("is sent again to a server that has lost it", async () => {
    const server = await RedisProcess.start()
    const backend = new RedisBackend({ url: server.url })
    onTestFinished(() => backend.close())
    await backend.set("count", Buffer.from("1"))
    expect(await backend.incr("count", 1)).toBe(2)
    await server.ask("SCRIPT", "FLUSH")
    expect(await backend.incr("count", 1)).toBe(3)
    expect(await backend.touch("count")).toBe(true)
    expect(await backend.replaceIfEqual("count", Buffer.from("3"), Buffer.from("4"), 60_000)).toBe(true)
    expect(await backend.deleteIfEqual("count", Buffer.from("4"))).toBe(true)
    await server.ask("SCRIPT", "FLUSH")
    await backend.setMany([{ key: "one", value }], 60_000)
    expect(await backend.get("one")).toEqual(value)
  })
})

describe("a batch", () => {
  it("of large values is stored like one of small values", async () => {
    const server = await RedisProcess.start()
    const backend = new RedisBackend({ url: server.url })
    onTestFinished(() => backend.close())
    for (const [size, ttl] of [
      [10, 60_000],
      [400_000, 60_000],
      [400_000, undefined],
    ] as const) {
      const entries = ["a", "b", "c"].map((key) => ({ key, value: Buffer.alloc(size, key) }))
      await backend.setMany(entries, ttl)
      const stored = await backend.getMany(["a", "b", "c"])
      expect(entries.map((entry, index) => entry.value.equals(stored[index] ?? Buffer.of()))).toEqual([
        true,
        true,
        true,
      ])
      expect((await backend.ttl("b")) === null).toBe(ttl === undefined)
    }
  })
})
