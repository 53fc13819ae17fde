import { setTimeout as sleep } from "node:timers/promises"
import { KeyvAdapter } from "@apollo/utils.keyvadapter"
import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { createCache } from "cache-manager"
import { Cacheable } from "cacheable"
import { Keyv } from "keyv"
import { describe, expect, it } from "vitest"
import { KeyvStore } from "../src/index.js"

function setUp(namespace: string) {
  const cache = new Cache(new LocmemBackend())
  return { cache, keyv: new Keyv({ store: new KeyvStore(cache), namespace }) }
}

describe("cache-manager on a KeyvStore", () => {
  it("keeps values for its ttls, wraps, refreshes and clears", async () => {
    const { cache, keyv } = setUp("manager")
    const manager = createCache({ stores: [keyv], ttl: 60_000, refreshThreshold: 200 })
    await manager.mset([
      { key: "zero", value: 0 },
      { key: "short", value: 1, ttl: 50 },
    ])
    expect(await manager.mget(["zero", "short", "none"])).toEqual([0, 1, undefined])
    expect(await manager.ttl("zero")).toBeGreaterThan(Date.now() + 50_000)
    let runs = 0
    const wrapped = () => manager.wrap("wrapped", async () => ++runs, 300)
    expect(await Promise.all([wrapped(), wrapped()])).toEqual([1, 1])
    await sleep(150)
    expect(await manager.get("short")).toBeUndefined()
    expect(await wrapped()).toBe(1)
    await expect.poll(wrapped).toBe(2)
    await cache.set("other", 1)
    await manager.clear()
    await manager.disconnect()
    expect(await manager.get("zero")).toBeUndefined()
    expect(await cache.get("other")).toBe(1)
  })
})

describe("cacheable with a KeyvStore as its second tier", () => {
  it("reads from it what another process has written, and removes from it", async () => {
    const { keyv } = setUp("cacheable")
    const [one, other] = [new Cacheable({ secondary: keyv }), new Cacheable({ secondary: keyv })]
    await one.set("falsy", 0)
    await one.setMany([{ key: "short", value: { a: null }, ttl: 50 }])
    expect(await other.getMany(["falsy", "short", "none"])).toEqual([0, { a: null }, undefined])
    await sleep(60)
    expect(await new Cacheable({ secondary: keyv }).get("short")).toBeUndefined()
    await one.delete("falsy")
    expect(await new Cacheable({ secondary: keyv }).has("falsy")).toBe(false)
  })
})

describe("the cache of Apollo Server on a KeyvStore", () => {
  it.each([true, false])(
    "keeps texts for its ttls in seconds, with disableBatchReads: %s",
    async (disableBatchReads) => {
      const { keyv } = setUp("apollo")
      // Its types are those of the CommonJS build of Keyv.
      const adapter = new KeyvAdapter(keyv as never, { disableBatchReads })
      await adapter.set("short", "s", { ttl: 0.05 })
      await adapter.set("long", "l")
      expect(await Promise.all(["short", "long", "none"].map((key) => adapter.get(key)))).toEqual(["s", "l", undefined])
      await sleep(60)
      expect(await adapter.get("short")).toBeUndefined()
      expect(await adapter.delete("long")).toBe(true)
      expect(await adapter.get("long")).toBeUndefined()
    },
  )
})
