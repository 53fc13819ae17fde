import { Cache, DummyBackend } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { Keyv, type KeyvStoreAdapter } from "keyv"
import { KeyvBridgeAdapter, Keyv as KeyvSix } from "keyv-6"
import { describe, expect, it } from "vitest"
import { KeyvBackend } from "./keyv-backend.js"
import { KeyvStore } from "./keyv-store.js"

function clockedCache() {
  const clock = { now: Date.now() }
  const cache = new Cache(new LocmemBackend({ now: () => clock.now }), { onError: "throw" })
  return { cache, clock }
}

async function all<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items ?? []) found.push(item)
  return found
}

describe("a KeyvStore", () => {
  it("is a store by the types of Keyv 5", () => {
    const store: KeyvStoreAdapter = new KeyvStore(new Cache(new DummyBackend()))
    expect(new Keyv({ store }).store).toBe(store)
  })

  it("refuses what is no cache", () => {
    expect(() => new KeyvStore(new Map([["key", 1]]) as never)).toThrow(
      new TypeError("A KeyvStore takes a Cache; got [Map]"),
    )
  })

  it("keeps for ever what has no ttl, whatever the timeout of the cache", async () => {
    const { cache } = clockedCache()
    const store = new KeyvStore(cache)
    await store.set("key", "value")
    await store.set("endless", "value", Number.POSITIVE_INFINITY)
    expect(await cache.ttl("key")).toBeNull()
    expect(await cache.ttl("endless")).toBeNull()
  })

  it("takes ttls in milliseconds, to the millisecond", async () => {
    const { cache, clock } = clockedCache()
    const store = new KeyvStore(cache)
    await store.set("key", "value", 8_201)
    expect(await cache.ttl("key")).toBe(8.201)
    clock.now += 8_201
    expect(await store.has("key")).toBe(false)
  })

  it("refuses a ttl that is no number, and keeps the entry", async () => {
    const store = new KeyvStore(clockedCache().cache)
    await store.set("key", "value")
    for (const ttl of [Number.NaN, "5s"]) {
      const setting = store.set("key", "new value", ttl as number)
      await expect(setting).rejects.toThrow(/^ttl must be a number of milliseconds; got (NaN|'5s')$/)
    }
    expect(await store.get("key")).toBe("value")
  })

  it("removes an entry that is stored for no time", async () => {
    const store = new KeyvStore(clockedCache().cache)
    for (const ttl of [0, -5, Number.NEGATIVE_INFINITY]) {
      await store.set("key", "value")
      await store.set("key", "new value", ttl)
      expect(await store.get("key")).toBeUndefined()
    }
  })

  it("answers a batch in the order of its keys", async () => {
    const store = new KeyvStore(clockedCache().cache)
    await store.set("a", "1")
    await store.set("c", "3")
    expect(await store.getMany(["c", "b", "a"])).toEqual(["3", undefined, "1"])
  })

  it("clears the namespace of its Keyv, of more entries than a page, and nothing else", async () => {
    const { cache } = clockedCache()
    const [one, other] = ["app", "app2"].map((namespace) => new Keyv({ store: new KeyvStore(cache), namespace }))
    for (let index = 0; index < 250; index += 1) await one?.set(`key-${index}`, index)
    await other?.set("key", "stays")
    await cache.set("apple", "stays")
    await one?.clear()
    expect(await all(cache.keys())).toEqual(expect.arrayContaining(["apple", "app2:key"]))
    expect(await cache.has("app:key-249")).toBe(false)
    expect(await other?.get("key")).toBe("stays")
  })

  it("refuses to clear when two Keyv with two namespaces are on it, and still keeps them apart", async () => {
    const { cache } = clockedCache()
    const store = new KeyvStore(cache)
    const [one, other] = ["one", "other"].map((namespace) => new Keyv({ store, namespace, throwOnErrors: true }))
    one?.on("error", () => {})
    await one?.set("key", 1)
    await other?.set("key", 2)
    await expect(one?.clear()).rejects.toThrow("several namespaces")
    expect([await one?.get("key"), await other?.get("key")]).toEqual([1, 2])
  })

  it("clears the cache when it has no namespace, and leaves other caches on the store", async () => {
    const backend = new LocmemBackend()
    const [own, foreign] = ["own", "foreign"].map((keyPrefix) => new Cache(backend, { keyPrefix }))
    await own?.set("key", 1)
    await foreign?.set("key", 2)
    if (own !== undefined) await new Keyv({ store: new KeyvStore(own), namespace: "" }).clear()
    expect([await own?.get("key"), await foreign?.get("key")]).toEqual([undefined, 2])
  })

  it("says that a cache which cannot list its keys clears no namespace", async () => {
    const keyv = new Keyv({ store: new KeyvStore(new Cache(new KeyvBackend(new Map()))), namespace: "app" })
    const errors: unknown[] = []
    keyv.on("error", (error) => errors.push(error))
    await keyv.clear()
    expect(errors).toEqual([expect.objectContaining({ code: "LARDER_NOT_SUPPORTED" })])
  })

  it("leaves the cache open when Keyv disconnects", async () => {
    const { cache } = clockedCache()
    await new Keyv({ store: new KeyvStore(cache) }).disconnect()
    await cache.set("key", 1)
    expect(await cache.get("key")).toBe(1)
  })
})

describe("a KeyvStore under Keyv 6", () => {
  it("is bridged by Keyv, which keeps the namespace to itself", () => {
    const store = new KeyvStore(clockedCache().cache)
    expect(new KeyvSix({ store, namespace: "app" }).store).toBeInstanceOf(KeyvBridgeAdapter)
    expect(store.namespace).toBeUndefined()
  })

  it("stores, reads, batches, counts and expires", async () => {
    const { cache } = clockedCache()
    const keyv = new KeyvSix({ store: new KeyvStore(cache), namespace: "app" })
    expect(await keyv.set("a", { deep: [1] }, 60_000)).toBe(true)
    expect(await keyv.setMany([{ key: "b", value: 2 }])).toEqual([true])
    expect(await keyv.getMany(["a", "b", "c"])).toEqual([{ deep: [1] }, 2, undefined])
    expect(await keyv.has(["a", "c"])).toEqual([true, false])
    expect(await cache.ttl("app::a")).toBeGreaterThan(59)
    expect(await keyv.deleteMany(["a", "c"])).toEqual([true, false])
  })

  it("clears and iterates one namespace of two on one store", async () => {
    const store = new KeyvStore(clockedCache().cache)
    const [one, other] = ["one", "other"].map((namespace) => new KeyvSix({ store, namespace }))
    await one?.set("key", 1)
    await other?.set("key", 2)
    expect(await all(one?.iterator?.())).toEqual([["key", 1]])
    await one?.clear()
    expect([await one?.get("key"), await other?.get("key")]).toEqual([undefined, 2])
  })
})
