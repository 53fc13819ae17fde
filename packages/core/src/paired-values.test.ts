import { describe, expect, it, vi } from "vitest"
import { CopiesBackend, cloningCodec } from "../test/copies-backend.js"
import { MapBackend } from "../test/map-backend.js"
import { byteCodec, type Serializer } from "./byte-codec.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { DecodeError, SerializationError } from "./errors.js"
import { type Operation, operations } from "./tracing.js"

const rows = Array.from({ length: 40 }, (_, id) => ({ id, title: `Annual message number ${id}`, party: "Republican" }))
const keys = ["correct horse battery staple"]

/** A cache with copies, and how others see the same store: with the same options, and with another cache's copies. */
function setUp(options: CacheOptions = {}) {
  const store = new MapBackend()
  const codec = { encode: vi.fn(cloningCodec.encode), decode: vi.fn(cloningCodec.decode) }
  const cache = new Cache(new CopiesBackend(store, codec), options)
  const plain = new Cache(store, options)
  const elsewhere = new Cache(new CopiesBackend(store, codec), options)
  return { store, codec, cache, plain, elsewhere }
}

/** What is traced while the work runs. */
async function traced(work: () => Promise<unknown>): Promise<{ operations: Operation[]; errors: unknown[] }> {
  const seen: { operations: Operation[]; errors: unknown[] } = { operations: [], errors: [] }
  const subscribers = {
    asyncEnd: (operation: Operation) => void seen.operations.push(operation),
    error: ({ error }: { error?: unknown }) => void seen.errors.push(error),
  }
  operations.subscribe(subscribers)
  try {
    await work()
  } finally {
    operations.unsubscribe(subscribers)
  }
  return seen
}

const settings: readonly (readonly [string, CacheOptions])[] = [
  ["without options", {}],
  ["as JSON", { serializer: "json" }],
  ["compressed", { compress: {} }],
  ["signed", { sign: { keys } }],
  ["compressed and signed", { compress: {}, sign: { keys } }],
]

describe("a store of bytes behind copies that are values", () => {
  it.each(settings)("has the very bytes that it would have without them, %s", async (_, options) => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] })
    try {
      const { cache, store } = setUp(options)
      const other = new MapBackend()
      const without = new Cache(other, options)
      for (const one of [cache, without]) {
        await one.set("rows", rows)
        await one.setMany({ text: "a", count: 7, nothing: null })
        await one.getOrSet("stale", () => rows, { timeout: 10, staleFor: 10, early: false })
      }
      const bytes = (of: MapBackend) => [...of.entries].map(([key, { value }]) => [key, value.toString()])
      expect(bytes(store)).toEqual(bytes(other))
    } finally {
      vi.useRealTimers()
    }
  })

  it.each(settings)("is read and written by caches with copies and without, %s", async (_, options) => {
    const { cache, plain, elsewhere } = setUp(options)
    const written = { plain: "a", tagged: rows, named: { deep: [1] } }
    for (const [writer, readers] of [
      [cache, [cache, plain, elsewhere]],
      [plain, [plain, elsewhere]],
    ] as const) {
      await writer.set("plain", written.plain)
      await writer.set("tagged", written.tagged, { tags: ["t"], timeout: 60 })
      await writer.namespace("n").set("named", written.named)
      for (const reader of readers) {
        expect(await reader.getMany(["plain", "tagged"])).toEqual(new Map(Object.entries(written).slice(0, 2)))
        expect(await reader.namespace("n").get("named")).toEqual(written.named)
      }
      await writer.invalidateTags(["t"])
      expect(await plain.get("tagged")).toBeUndefined()
      await plain.deleteMany(["plain", "tagged"])
      await Promise.all([cache.delete("plain"), elsewhere.delete("plain")])
    }
  })

  it("is decoded once, and each reader gets a value of its own", async () => {
    const { store, plain, elsewhere } = setUp({ compress: {}, sign: { keys } })
    await plain.set("rows", rows)
    const decode = vi.spyOn(byteCodec, "decode")
    const read = async () => (await elsewhere.get<typeof rows>("rows")) as typeof rows
    const first = await read()
    expect(first).toEqual(rows)
    first.length = 0
    expect(await read()).toEqual(rows)
    expect(decode).toHaveBeenCalledTimes(1)
    expect(store.calls.filter((call) => call === "get")).toHaveLength(1)
    decode.mockRestore()
  })

  it("keeps a copy from what a writer does to the value afterwards", async () => {
    const { cache } = setUp()
    const value = { tags: ["a"] }
    await cache.set("k", value)
    value.tags.push("b")
    expect(await cache.get("k")).toEqual({ tags: ["a"] })
  })

  it("counts, where nothing is signed", async () => {
    const { cache, plain } = setUp({ compress: { threshold: 0 } })
    await cache.set("n", 41)
    expect(await cache.incr("n")).toBe(42)
    expect(await plain.incr("n")).toBe(43)
    await cache.delete("n")
    await plain.set("n", 1)
    expect(await cache.get("n")).toBe(1)
  })

  it("is refused what its bytes cannot carry, and says so of the value", async () => {
    const { cache } = setUp({ serializer: "json" })
    await cache.set("k", "old")
    await expect(cache.set("k", new Date(0))).rejects.toThrow(SerializationError)
    expect(await cache.get("k")).toBe("old")
  })

  it("is compared byte by byte, so that what others wrote in another spelling is replaced", async () => {
    const { cache, store } = setUp()
    // Somebody else's JSON, in an envelope with a field of a later version.
    const header = JSON.stringify({ later: true, f: Date.now() - 1 })
    const envelope = Buffer.concat([Buffer.of(6, 0, 0, 0, header.length), Buffer.from(`${header}{ "a" : 1 }`)])
    await store.set(":1:k", envelope)
    let runs = 0
    const produce = () => ({ a: ++runs + 1 })
    const options = { lock: true, timeout: 60 } as const
    expect(await cache.getOrSet("k", produce, options)).toEqual({ a: 2 })
    expect(await cache.get("k")).toEqual({ a: 2 })
    expect(runs).toBe(1)
  })

  it.each<[string, CacheOptions, Uint8Array]>([
    ["is corrupt", {}, Buffer.from("{")],
    ["has an envelope that is cut off", {}, Buffer.of(6, 0, 0, 1)],
    ["is not signed", { sign: { keys } }, Buffer.from("1")],
  ])("has an entry that %s: a miss, which is traced, and written over", async (_, options, bytes) => {
    const { cache, plain, store } = setUp(options)
    await store.set(":1:k", bytes)
    const { errors } = await traced(() => cache.get("k"))
    expect(errors).toEqual([expect.any(DecodeError)])
    expect(await cache.has("k")).toBe(false)
    expect(await cache.getOrSet("k", () => "computed", { lock: true })).toBe("computed")
    for (const reader of [cache, plain]) expect(await reader.get("k")).toBe("computed")
    await store.set(":1:other", bytes)
    expect(await cache.add("other", "ours")).toBe(true)
    expect(await plain.get("other")).toBe("ours")
  })

  it("has a signed entry signed again that moves to another version", async () => {
    const { cache, plain } = setUp({ sign: { keys } })
    await plain.set("k", rows)
    expect(await cache.incrVersion("k")).toBe(2)
    expect(await plain.get("k", { version: 2 })).toEqual(rows)
  })

  it("tells traces the bytes of the store", async () => {
    const { cache, plain, elsewhere } = setUp({ compress: {}, sign: { keys } })
    const bytesOf = async (work: () => Promise<unknown>): Promise<(number | undefined)[]> => {
      const { operations: seen } = await traced(work)
      return seen.map(({ bytes }) => bytes)
    }
    const written = await bytesOf(() => plain.set("rows", rows))
    expect(await bytesOf(() => elsewhere.get("rows"))).toEqual(written)
    expect(await bytesOf(() => cache.set("rows", rows))).toEqual(written)
    expect(await bytesOf(() => cache.get("rows"))).toEqual(written)
  })

  it("is decoded at each read where a serializer of the user's makes the bytes", async () => {
    class Money {
      readonly cents: number
      constructor(cents: number) {
        this.cents = cents
      }
    }
    const serializer: Serializer = {
      encode: (value) => Buffer.from(String((value as Money).cents)),
      decode: (bytes) => new Money(Number(Buffer.from(bytes).toString())),
    }
    const { cache, codec } = setUp({ serializer })
    await cache.set("k", new Money(5))
    expect(await cache.get("k")).toStrictEqual(new Money(5))
    expect(await cache.get("k")).not.toBe(await cache.get("k"))
    expect(codec.encode).not.toHaveBeenCalled()
  })
})
