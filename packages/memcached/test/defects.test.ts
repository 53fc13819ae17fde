import { describe, expect, it } from "vitest"
import { ScriptedServer } from "./scripted-server.js"
import { servers } from "./servers.js"
import { bytes, openBackend, openProxy, uniqueKey } from "./workbench.js"

const ttl = 60_000

// Defects of widely used libraries, which must not occur here.

describe("a server that rejects one of several commands", () => {
  it("does not shift the replies of the others", async () => {
    let touching: Promise<boolean> | undefined
    const server = await ScriptedServer.answering((commands) => {
      if (commands.includes("stats")) {
        touching = backend.touch("other", ttl)
        return "SERVER_ERROR out of memory writing get response\r\nSTAT time 1000\r\nEND\r\nHD t60 c7\r\nMN\r\n"
      }
      return commands.includes(" T") ? "HD\r\n" : "VA 2 c7 t60\r\n-5\r\n"
    })
    const backend = openBackend({ servers: [server.address] })
    await expect(backend.incr("negative", 1)).rejects.toMatchObject({ code: "SERVER" })
    expect(await touching).toBe(true)
    await server.close()
  })
})

describe("a key that Memcached does not support", () => {
  it("does not shift the replies of concurrent calls", async () => {
    const backend = openBackend()
    const keys = [uniqueKey("a"), uniqueKey("b"), uniqueKey("c")]
    await backend.setMany(
      keys.map((key) => ({ key, value: bytes(key) })),
      ttl,
    )
    const bad = expect(backend.set("é".repeat(200), bytes("x"), ttl)).rejects.toMatchObject({ code: "INVALID_KEY" })
    const values = await Promise.all(keys.map((key) => backend.get(key)))
    await bad
    expect(values).toEqual(keys.map((key) => bytes(key)))
  })

  it("does not turn the value after it into a command", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const canary = uniqueKey("canary")
    await backend.set(canary, bytes("alive"), ttl)
    const command = `set ${canary} 0 0 4\r\nevil`
    for (const key of ["é".repeat(200), "k".repeat(251)]) {
      const entry = { key, value: bytes(command) }
      await expect(backend.set(key, entry.value, ttl)).rejects.toMatchObject({ code: "INVALID_KEY" })
      await expect(backend.add(key, entry.value, ttl)).rejects.toMatchObject({ code: "INVALID_KEY" })
      await expect(backend.setMany([entry], ttl)).rejects.toMatchObject({ code: "INVALID_KEY" })
    }
    expect(await backend.get(canary)).toEqual(bytes("alive"))
  })

  it("does not become a command itself", async () => {
    const backend = openBackend()
    const canary = uniqueKey("canary")
    await backend.set(canary, bytes("alive"), ttl)
    const key = `a\r\nmd ${canary}\r\nmg a`
    const calls = [
      backend.get(key),
      backend.set(key, bytes("x"), ttl),
      backend.delete(key),
      backend.add(key, bytes("x"), ttl),
      backend.touch(key, ttl),
      backend.incr(key, 1),
      backend.deleteIfEqual(key, bytes("x")),
      backend.replaceIfEqual(key, bytes("x"), bytes("y"), ttl),
      backend.getMany([canary, key]),
      backend.setMany([{ key, value: bytes("x") }], ttl),
      backend.deleteMany([key]),
      backend.ttl(key),
    ]
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "INVALID_KEY" } })
    }
    expect(await backend.get(canary)).toEqual(bytes("alive"))
  })

  it("does not block later calls on the same connection", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const key = uniqueKey()
    await backend.set(key, bytes("a"), ttl)
    await expect(backend.get("k".repeat(300))).rejects.toMatchObject({ code: "INVALID_KEY" })
    expect(await backend.get(key)).toEqual(bytes("a"))
    expect(proxy.connections).toBe(1)
  })
})

describe("a ttl", () => {
  it("under a second is not infinite, and over thirty days does not expire immediately", async () => {
    const backend = openBackend()
    const [short, long] = [uniqueKey("short"), uniqueKey("long")]
    await backend.set(short, bytes("a"), 1)
    expect(await backend.ttl(short)).not.toBeNull()
    const day = 24 * 3_600_000
    await backend.set(long, bytes("a"), 31 * day)
    expect(await backend.get(long)).toEqual(bytes("a"))
    expect(Math.abs(((await backend.ttl(long)) ?? 0) - 31 * day)).toBeLessThanOrEqual(
      backend.capabilities.ttlResolution,
    )
    await backend.delete(long)
  })

  it("is not extended by incr, however often the number gets shorter or negative", async () => {
    const backend = openBackend()
    const key = uniqueKey()
    await backend.set(key, bytes("5"), ttl)
    const before = (await backend.ttl(key)) ?? 0
    const start = performance.now()
    let rounds = 0
    while (performance.now() - start < 2500) {
      await backend.incr(key, -10)
      await backend.incr(key, 10)
      rounds += 1
    }
    expect(rounds).toBeGreaterThan(3)
    const passed = performance.now() - start
    expect((await backend.ttl(key)) ?? 0).toBeLessThanOrEqual(before - Math.floor(passed / 1000) * 1000 + 1000)
    await backend.delete(key)
  })
})

describe("a value over the limit", () => {
  it("is rejected, and the old value deleted", async () => {
    const backend = openBackend({ maxValueBytes: 100 })
    const [one, two, small] = [uniqueKey("one"), uniqueKey("two"), uniqueKey("small")]
    await backend.set(one, bytes("old"), ttl)
    await backend.set(two, bytes("old"), ttl)
    const large = new Uint8Array(101)
    await expect(backend.set(one, large, ttl)).rejects.toMatchObject({ code: "TOO_LARGE" })
    const entries = [
      { key: two, value: large },
      { key: small, value: bytes("new") },
    ]
    await expect(backend.setMany(entries, ttl)).rejects.toMatchObject({ code: "TOO_LARGE" })
    expect(await backend.getMany([one, two, small])).toEqual([undefined, undefined, bytes("new")])
  })

  it("is rejected by add and replaceIfEqual, which keep the old value", async () => {
    const backend = openBackend({ maxValueBytes: 100 })
    const key = uniqueKey()
    await backend.set(key, bytes("old"), ttl)
    const large = new Uint8Array(101)
    await expect(backend.add(key, large, ttl)).rejects.toMatchObject({ code: "TOO_LARGE" })
    await expect(backend.replaceIfEqual(key, bytes("old"), large)).rejects.toMatchObject({ code: "TOO_LARGE" })
    expect(await backend.get(key)).toEqual(bytes("old"))
  })

  it("is rejected by a server with a lower limit than the option, and the old value deleted", async () => {
    const backend = openBackend({ maxValueBytes: 4 * 1024 ** 2 })
    const [one, two] = [uniqueKey("one"), uniqueKey("two")]
    await backend.set(one, bytes("old"), ttl)
    await backend.set(two, bytes("old"), ttl)
    const large = new Uint8Array(2 * 1024 ** 2)
    await expect(backend.set(one, large, ttl)).rejects.toMatchObject({ code: "SERVER" })
    await expect(backend.setMany([{ key: two, value: large }], ttl)).rejects.toMatchObject({ code: "SERVER" })
    expect(await backend.getMany([one, two])).toEqual([undefined, undefined])
  })

  it("is stored up to the limit, with the longest key", async () => {
    const backend = openBackend()
    const key = uniqueKey().padEnd(250, "k")
    const value = new Uint8Array(backend.capabilities.maxValueBytes ?? 0).fill(7)
    await backend.set(key, value, ttl)
    expect(Buffer.compare((await backend.get(key)) ?? bytes(""), value)).toBe(0)
    await backend.delete(key)
  })
})

describe("several servers", () => {
  it("hold entries where every process finds them, whatever the order of the servers", async () => {
    const backend = openBackend({ servers })
    const other = openBackend({ servers: [...servers].reverse() })
    const keys = Array.from({ length: 30 }, (_, index) => uniqueKey(`${index}`))
    await backend.setMany(
      keys.map((key) => ({ key, value: bytes(key) })),
      ttl,
    )
    expect(await other.getMany(keys)).toEqual(keys.map((key) => bytes(key)))
    expect(await other.deleteMany([...keys, uniqueKey()])).toBe(keys.length)
  })
})
