import { type Backend, Cache } from "@larder/core"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { patientStoreCall, storeCall, storeItems } from "./store-call.js"

async function fail(): Promise<never> {
  throw new Error("the store is down")
}

const never = () => new Promise<never>(() => undefined)

function backend(methods: Partial<Backend>): Backend {
  const capabilities = { shared: true, persistent: false, evicts: false, ttlResolution: 1 }
  return { name: "test", capabilities, get: fail, set: fail, delete: fail, ...methods }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe("a call of a store", () => {
  it("rejects with a failure that the cache counts as a miss", async () => {
    const cache = new Cache(backend({}))
    expect(await cache.get("key")).toBe(undefined)
    await expect(storeCall(cache, () => cache.get("key"))).rejects.toThrow("the store is down")
    await expect(storeCall(cache, () => cache.set("key", 1))).rejects.toThrow("the store is down")
    expect(await cache.get("key")).toBe(undefined)
  })

  it("rejects for an entry that cannot be read", async () => {
    const cache = new Cache(backend({ get: async () => new Uint8Array([0x06]) }))
    await expect(storeCall(cache, () => cache.get("key"))).rejects.toThrow(/^The entry .* cannot be read/)
  })

  it("ignores failures of other caches", async () => {
    const cache = new Cache(backend({ get: async () => undefined }), { alias: "good" })
    const other = new Cache(backend({}), { alias: "bad" })
    expect(await storeCall(cache, () => other.get("key").then(() => cache.get("key")))).toBe(undefined)
  })

  it("rejects if there is no answer in time, whatever the backend does", async () => {
    const cache = new Cache(backend({ get: never, prune: never }))
    const reading = expect(storeCall(cache, () => cache.get("key"))).rejects.toThrow("no answer within 10 s")
    await vi.advanceTimersByTimeAsync(10_000)
    await reading
    const pruning = expect(patientStoreCall(cache, () => cache.prune())).rejects.toThrow("no answer within 600 s")
    await vi.advanceTimersByTimeAsync(600_000)
    await pruning
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe("storeItems", () => {
  it("yields items one by one, and ends the iteration if the caller stops", async () => {
    let hasEnded = false
    async function* count() {
      try {
        for (let number = 1; ; number++) yield number
      } finally {
        hasEnded = true
      }
    }
    const items: number[] = []
    for await (const item of storeItems(count())) {
      items.push(item)
      if (item === 3) break
    }
    expect({ items, hasEnded }).toEqual({ items: [1, 2, 3], hasEnded: true })
  })

  it("rejects if the next item never arrives, without waiting for the stuck iteration to end", async () => {
    async function* stuck() {
      yield 1
      yield await never()
    }
    const items = storeItems(stuck())
    expect(await items.next()).toEqual({ done: false, value: 1 })
    const next = expect(items.next()).rejects.toThrow("no answer within 600 s")
    await vi.advanceTimersByTimeAsync(600_000)
    await next
  })
})
