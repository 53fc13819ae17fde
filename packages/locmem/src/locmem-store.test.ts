import { isDeepStrictEqual } from "node:util"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { estimateEntry, estimateValue } from "./byte-estimate.js"
import type { LocmemStoreOptions } from "./locmem-options.js"
import { LocmemStore } from "./locmem-store.js"

function storeAt(options: Omit<LocmemStoreOptions, "now"> = {}): { store: LocmemStore; advance(ms: number): void } {
  let now = 1_000
  const store = new LocmemStore({ ...options, now: () => now })
  return {
    store,
    advance: (milliseconds) => {
      now += milliseconds
    },
  }
}

const bytesOf = (key: string, value: unknown): number => estimateEntry(key) + estimateValue(value)

function fill(store: LocmemStore, from: number, to: number): void {
  for (let number = from; number < to; number++) store.set(`key:${number}`, number)
}

function live(store: LocmemStore, from: number, to: number): number[] {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index)
  return numbers.filter((number) => store.has(`key:${number}`))
}

describe("small stores", () => {
  it("drops one entry for one new one, and none that was read", () => {
    const { store } = storeAt({ maxEntries: 9 })
    fill(store, 0, 9)
    for (let number = 0; number < 6; number++) expect(store.get(`key:${number}`)).toBe(number)
    fill(store, 9, 10)
    expect(live(store, 0, 10)).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 9])
  })

  it("counts overwriting as being wanted", () => {
    const { store } = storeAt({ maxEntries: 9 })
    fill(store, 0, 9)
    fill(store, 0, 6)
    fill(store, 9, 10)
    expect(live(store, 0, 10)).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 9])
  })

  it("counts incr as being wanted", () => {
    const { store } = storeAt({ maxEntries: 9 })
    fill(store, 0, 9)
    for (let number = 0; number < 6; number++) expect(store.incr(`key:${number}`, 1)).toBe(number + 1)
    fill(store, 9, 12)
    expect(live(store, 0, 6)).toEqual([0, 1, 2, 3, 4, 5])
    expect(store.has("key:11")).toBe(true)
  })

  it.each([1, 2, 3, 10, 30])("with room for %i, keeps within it and always has what was written last", (maxEntries) => {
    const { store } = storeAt({ maxEntries })
    for (let number = 0; number < 100; number++) {
      store.set(`key:${number}`, number)
      expect(store.get(`key:${number}`)).toBe(number)
      expect(store.stats().entries).toBe(Math.min(number + 1, maxEntries))
    }
  })

  it.each([3, 10, 30])("with room for %i, keeps a third of that which is read between one-off writes", (maxEntries) => {
    const { store } = storeAt({ maxEntries })
    const wanted = Math.floor(maxEntries / 3)
    fill(store, 0, wanted)
    for (let number = 1_000; number < 2_000; number++) {
      for (let hot = 0; hot < wanted; hot++) expect(store.get(`key:${hot}`)).toBe(hot)
      store.set(`key:${number}`, number)
    }
  })

  it("lets go in the end of what was wanted once and never again", () => {
    const { store } = storeAt({ maxEntries: 9 })
    fill(store, 0, 9)
    for (let number = 0; number < 9; number++) store.get(`key:${number}`)
    for (let number = 100; number < 200; number++) {
      fill(store, number, number + 1)
      store.get(`key:${number}`)
    }
    expect(live(store, 0, 9)).toEqual([])
  })

  it("evicts nothing for an overwrite at capacity", () => {
    const { store } = storeAt({ maxEntries: 5 })
    fill(store, 0, 5)
    for (let count = 0; count < 20; count++) fill(store, count % 5, (count % 5) + 1)
    expect(live(store, 0, 5)).toEqual([0, 1, 2, 3, 4])
    expect(store.stats().evictions).toBe(0)
  })
})

describe("expired entries", () => {
  it("give way before any live one, also the live ones that nobody reads", () => {
    const { store, advance } = storeAt({ maxEntries: 10 })
    fill(store, 0, 5)
    for (let number = 5; number < 10; number++) {
      store.set(`key:${number}`, number, 100)
      store.get(`key:${number}`)
    }
    advance(100)
    fill(store, 10, 15)
    expect(live(store, 0, 15)).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14])
    expect(store.stats().evictions).toBe(0)
    fill(store, 15, 16)
    expect(store.stats().evictions).toBe(1)
  })

  it("give way before live ones also when bytes run out", () => {
    const { store, advance } = storeAt({ maxBytes: 3 * bytesOf("key:0", 0) })
    store.set("key:0", 0)
    store.set("key:1", 1, 50)
    store.set("key:2", 2)
    advance(50)
    store.set("key:3", 3)
    expect(live(store, 0, 4)).toEqual([0, 2, 3])
  })

  it("live while the clock is before their expiry, and not at it", () => {
    const { store, advance } = storeAt()
    store.set("a", 1, 10)
    advance(9)
    expect(store.get("a")).toBe(1)
    expect(store.ttl("a")).toBe(1)
    advance(1)
    expect(store.get("a")).toBeUndefined()
    expect(store.ttl("a")).toBeUndefined()
  })

  it("that were evicted earlier take nothing with them", () => {
    const { store, advance } = storeAt({ maxEntries: 1 })
    store.set("a", "evicted", 10)
    store.set("b", "evicted too")
    store.set("a", "fresh")
    advance(10)
    expect(store.prune()).toBe(0)
    expect(store.get("a")).toBe("fresh")
  })

  it("are freed when they are read", () => {
    const { store, advance } = storeAt({ maxEntries: 1 })
    store.set("a", 1, 10)
    advance(10)
    store.get("a")
    expect(store.prune()).toBe(0)
  })

  it("are counted by prune, and only they", () => {
    const { store, advance } = storeAt()
    fill(store, 0, 3)
    for (const [key, ttl] of Object.entries({ a: 10, b: 20, c: 20, d: 30 })) store.set(key, 1, ttl)
    advance(20)
    expect(store.prune()).toBe(3)
    expect(store.prune()).toBe(0)
    expect(store.keys("").sort()).toEqual(["d", "key:0", "key:1", "key:2"])
  })
})

describe("bytes", () => {
  it("evicts as many as a large entry needs", () => {
    const { store } = storeAt({ maxBytes: 10_000 })
    fill(store, 0, 20)
    store.set("large", "x".repeat(4_000))
    expect(store.get("large")).toBeDefined()
    expect(store.stats().bytes).toBeLessThanOrEqual(10_000)
    expect(live(store, 0, 20).length).toBeGreaterThan(0)
  })

  it("makes room for an entry that grows, not at its own expense", () => {
    const { store } = storeAt({ maxBytes: 10_000 })
    fill(store, 0, 40)
    const before = store.stats().entries ?? 0
    store.set("key:0", "x".repeat(4_500))
    expect(store.get("key:0")).toHaveLength(4_500)
    expect(store.stats().entries).toBeLessThan(before)
    expect(store.stats().bytes).toBeLessThanOrEqual(10_000)
  })

  it("refuses an entry that alone is too large, and keeps no old value in its place", () => {
    const { store } = storeAt({ maxBytes: 1_000 })
    store.set("a", "small")
    store.set("b", "small")
    const size = bytesOf("a", "x".repeat(1_000))
    const refused = new RangeError(`An entry of ${size} bytes (estimated) is larger than maxBytes, 1000`)
    expect(() => store.set("a", "x".repeat(1_000))).toThrow(refused)
    expect(store.has("a")).toBe(false)
    expect(store.has("b")).toBe(true)
    expect(() => store.add("c", "x".repeat(1_000))).toThrow(RangeError)
    expect(store.has("c")).toBe(false)
    expect(() => store.replaceIfEqual("b", "small", "x".repeat(1_000))).toThrow(RangeError)
    expect(store.get("b")).toBe("small")
  })

  it("are not estimated when only entries are limited", () => {
    const { store } = storeAt({ maxBytes: Number.POSITIVE_INFINITY, isolation: "reference" })
    const unreadable = {
      get part(): never {
        throw new Error("this must not be read")
      },
    }
    store.set("a", unreadable)
    expect(store.get("a")).toBe(unreadable)
    expect(store.stats()).toEqual({ entries: 1, hits: 1, misses: 0, evictions: 0 })
  })
})

describe("stats", () => {
  it("counts live entries, hits, misses and evictions", () => {
    const { store, advance } = storeAt({ maxEntries: 2 })
    store.set("a", 1)
    store.set("b", 2, 10)
    store.get("a")
    store.get("nothing")
    store.set("c", 3)
    expect(store.stats()).toMatchObject({ entries: 2, hits: 1, misses: 1, evictions: 1 })
    advance(10)
    store.get("b")
    expect(store.stats()).toMatchObject({ hits: 1, misses: 2 })
  })
})

describe("any sequence of calls", () => {
  const key = fc.nat(11).map((number) => `key:${number}`)
  const value = fc.oneof(fc.nat(), fc.string({ maxLength: 400 }), fc.array(fc.nat(), { maxLength: 30 }))
  const ttl = fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined })
  const step = fc.oneof(
    fc.record({ call: fc.constant("set" as const), key, value, ttl }),
    fc.record({ call: fc.constant("add" as const), key, value, ttl }),
    fc.record({ call: fc.constant("touch" as const), key, ttl }),
    fc.record({ call: fc.constant("replaceIfEqual" as const), key, expected: value, value, ttl }),
    fc.record({ call: fc.constantFrom("get" as const, "delete" as const, "incr" as const), key }),
    fc.record({ call: fc.constant("advance" as const), by: fc.nat(30) }),
    fc.record({ call: fc.constantFrom("prune" as const, "check" as const, "clear" as const) }),
  )

  it("keeps the limits, keeps the books, and answers nothing but what was last written and has not expired", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => {
        const limits = { maxEntries: 8, maxBytes: 5_000 }
        const { store, advance } = storeAt(limits)
        const model = new Map<string, { value: unknown; expiry: number }>()
        let now = 0
        const expected = (name: string): unknown => {
          const entry = model.get(name)
          return entry !== undefined && now < entry.expiry ? entry.value : undefined
        }
        const check = (): void => {
          const keys = store.keys("")
          const bytes = keys.reduce((sum, name) => sum + bytesOf(name, store.get(name)), 0)
          expect(store.stats()).toMatchObject({ entries: keys.length, bytes })
          expect(keys.length).toBeLessThanOrEqual(limits.maxEntries)
          expect(bytes).toBeLessThanOrEqual(limits.maxBytes)
        }
        for (const one of steps) {
          if (one.call === "advance") {
            advance(one.by)
            now += one.by
          } else if (one.call === "set" || one.call === "add") {
            const entry = { value: one.value, expiry: now + (one.ttl ?? Number.POSITIVE_INFINITY) }
            if (one.call === "set") store.set(one.key, one.value, one.ttl)
            if (one.call === "set" || store.add(one.key, one.value, one.ttl)) model.set(one.key, entry)
            expect(store.get(one.key)).toBe(expected(one.key))
          } else if (one.call === "touch") {
            const entry = model.get(one.key)
            if (store.touch(one.key, one.ttl) && entry !== undefined)
              entry.expiry = now + (one.ttl ?? Number.POSITIVE_INFINITY)
          } else if (one.call === "replaceIfEqual") {
            const held = store.get(one.key)
            const isEqual = isDeepStrictEqual(held, one.expected)
            const entry = { value: one.value, expiry: now + (one.ttl ?? Number.POSITIVE_INFINITY) }
            expect(store.replaceIfEqual(one.key, one.expected, one.value, one.ttl)).toBe(isEqual)
            if (isEqual) model.set(one.key, entry)
            expect(store.get(one.key)).toBe(held === undefined ? undefined : expected(one.key))
          } else if (one.call === "get") {
            expect([undefined, expected(one.key)]).toContain(store.get(one.key))
          } else if (one.call === "delete") {
            if (store.delete(one.key)) expect(expected(one.key)).toBeDefined()
            model.delete(one.key)
          } else if (one.call === "incr") {
            const entry = model.get(one.key)
            if (typeof expected(one.key) === "number") {
              const sum = store.incr(one.key, 2)
              if (sum !== undefined && entry !== undefined) entry.value = sum
            }
          } else if (one.call === "prune") store.prune()
          else if (one.call === "clear") store.clear("key:1")
          else check()
        }
        check()
      }),
    )
  })
})
