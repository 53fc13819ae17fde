import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { DecodeError, NotSupportedError } from "./errors.js"
import { operations } from "./tracing.js"

const rows = Array.from({ length: 40 }, (_, id) => ({ id, title: `Annual message number ${id}`, party: "Republican" }))
const keys = ["correct horse battery staple"]

function setUp(options: CacheOptions) {
  const backend = new MapBackend()
  const bytesAt = (key: string): Uint8Array => backend.entries.get(`:1:${key}`)?.value ?? new Uint8Array()
  return { backend, bytesAt, cache: new Cache(backend, options), plain: new Cache(backend) }
}

/** The errors that are traced from now on. */
function tracedErrors(): unknown[] {
  const errors: unknown[] = []
  const subscribers = { error: (operation: { error?: unknown }) => void errors.push(operation.error) }
  operations.subscribe(subscribers)
  unsubscribes.push(() => operations.unsubscribe(subscribers))
  return errors
}

const unsubscribes: (() => void)[] = []
afterEach(() => {
  for (const unsubscribe of unsubscribes.splice(0)) unsubscribe()
})

describe("a cache that compresses", () => {
  it("keeps large values in less, counts integers, and is read without the option", async () => {
    const { bytesAt, cache, plain } = setUp({ compress: {} })
    await cache.set("rows", rows)
    await cache.set("count", 41)
    expect(bytesAt("rows")[0]).toBe(7)
    expect(bytesAt("rows").byteLength).toBeLessThan(JSON.stringify(rows).length / 2)
    expect(await cache.get("rows")).toEqual(rows)
    expect(await plain.get("rows")).toEqual(rows)
    expect(await cache.incr("count")).toBe(42)
  })

  it("keeps tags and stale values of a compressed entry", async () => {
    const { backend, cache } = setUp({ compress: {} })
    await cache.set("rows", rows, { tags: ["messages"] })
    expect(await cache.get("rows")).toEqual(rows)
    await cache.invalidateTags(["messages"])
    expect(await cache.get("rows")).toBeUndefined()
    const sizes = [...backend.entries.values()].map(({ value }) => value.byteLength)
    expect(Math.max(...sizes)).toBeLessThan(JSON.stringify(rows).length / 2)
  })

  it("takes a bomb for a miss, which is traced", async () => {
    const { backend, cache } = setUp({ compress: {} })
    const bounded = new Cache(backend, { compress: { maxInflatedBytes: 1_000 } })
    const errors = tracedErrors()
    await cache.set("bomb", "a".repeat(100_000))
    expect(await bounded.get("bomb")).toBeUndefined()
    expect(errors).toEqual([expect.any(DecodeError)])
    expect(await bounded.getOrSet("bomb", () => "computed")).toBe("computed")
    expect(await bounded.get("bomb")).toBe("computed")
  })
})

describe("a cache that signs", () => {
  it("reads what it wrote, tagged and compressed too, and nobody reads it without a key", async () => {
    const { bytesAt, cache, plain } = setUp({ sign: { keys }, compress: {} })
    await cache.set("rows", rows)
    await cache.set("tagged", rows, { tags: ["t"], timeout: 60 })
    await cache.setMany({ one: 1, text: "a" })
    for (const key of ["rows", "tagged", "one", "text"]) expect(bytesAt(key)[0]).toBe(8)
    expect(await cache.get("rows")).toEqual(rows)
    expect(await cache.get("tagged")).toEqual(rows)
    expect(await cache.getMany(["one", "text"])).toEqual(
      new Map<string, unknown>([
        ["one", 1],
        ["text", "a"],
      ]),
    )
    expect(await plain.get("rows")).toBeUndefined()
    expect(
      await new Cache(cache.backend, { sign: { keys: ["another key of the same kind"] } }).get("rows"),
    ).toBeUndefined()
  })

  it("takes what was forged, changed or moved for a miss, which is traced, and writes over it", async () => {
    const { backend, bytesAt, cache, plain } = setUp({ sign: { keys } })
    const errors = tracedErrors()
    await plain.set("forged", { admin: true })
    await cache.set("changed", "user")
    await cache.set("mine", { id: 1 })
    const changed = Buffer.from(bytesAt("changed"))
    changed.write("x", changed.byteLength - 2)
    await backend.set(":1:changed", changed)
    await backend.set(":1:moved", bytesAt("mine"))
    for (const key of ["forged", "changed", "moved"]) {
      errors.length = 0
      expect(await cache.get(key)).toBeUndefined()
      expect(errors).toEqual([expect.any(DecodeError)])
      expect(await cache.has(key)).toBe(false)
      expect(await cache.add(key, "ours")).toBe(true)
      expect(await cache.get(key)).toBe("ours")
    }
    await plain.set("produced", "forged")
    const produce = vi.fn(() => "computed")
    expect(await cache.getOrSet("produced", produce)).toBe("computed")
    expect(await cache.getOrSet("produced", produce)).toBe("computed")
    expect(produce).toHaveBeenCalledTimes(1)
  })

  it("signs an entry again that moves to another version", async () => {
    const { cache } = setUp({ sign: { keys } })
    await cache.set("k", rows)
    expect(await cache.incrVersion("k")).toBe(2)
    expect(await cache.get("k", { version: 2 })).toEqual(rows)
    expect(await cache.get("k")).toBeUndefined()
  })

  it("refuses to count, because no store can count what is signed", async () => {
    const { cache } = setUp({ sign: { keys } })
    await cache.set("n", 1)
    await expect(cache.incr("n")).rejects.toThrow(NotSupportedError)
    await expect(cache.decr("n")).rejects.toThrow(NotSupportedError)
    expect(await cache.get("n")).toBe(1)
  })

  it("keeps the results of wrapped functions, with tags and stale values", async () => {
    const { cache } = setUp({ sign: { keys } })
    const load = vi.fn(async (id: number) => ({ id }))
    const cached = cache.wrap(load, { name: "load", timeout: 60, staleFor: 60, tags: (id) => [`row:${id}`] })
    expect(await cached(1)).toEqual({ id: 1 })
    expect(await cached(1)).toEqual({ id: 1 })
    expect(load).toHaveBeenCalledTimes(1)
    await cache.invalidateTags(["row:1"])
    expect(await cached(1)).toEqual({ id: 1 })
    expect(load).toHaveBeenCalledTimes(2)
    expect(await cached.invalidate(1)).toBe(true)
    await cached(1)
    expect(load).toHaveBeenCalledTimes(3)
  })
})

describe("options", () => {
  it.each([
    [{ compress: { threshold: -1 } }, "compress.threshold is a number of bytes"],
    [{ sign: { keys: ["short"] } }, "sign.keys[0] has 5 bytes"],
  ])("are checked when the cache is made (%#)", (options, message) => {
    expect(() => setUp(options)).toThrow(message)
  })
})
