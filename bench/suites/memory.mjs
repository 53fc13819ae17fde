import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { BentoCache, bentostore } from "bentocache"
import { memoryDriver } from "bentocache/drivers/memory"
import { createCache } from "cache-manager"
import { Cacheable } from "cacheable"
import { Keyv } from "keyv"
import { LRUCache } from "lru-cache"

const KEYS = 1_000
const keys = Array.from({ length: KEYS }, (_, index) => `article:${index}`)
const value = { id: 7, title: "State of the Union", year: 1862, words: 8_410 }
const hundred = keys.slice(0, 100)

export const title = "In memory: Cache over locmem compared with other caches"
export const note =
  "Nanoseconds per awaited call, for 1,000 keys and a small object of four fields. `get built` builds the key for each call, " +
  "as applications do. Those marked * copy or encode values on write and read."
export const baseline = "a Map, awaited"
export const operations = ["get hit", "get built", "get miss", "set", "getOrSet hit", "getMany of 100"]

/** The operations of a contender with get and set. */
async function measured({ get, set, getOrSet, getMany }) {
  for (const key of keys) await set(key, value)
  if ((await get(keys[3]))?.year !== 1862) throw new Error("This contender does not return what was stored")
  return {
    "get hit": (call) => get(keys[call % KEYS]),
    "get built": (call) => get(`article:${call % KEYS}`),
    "get miss": (call) => get(`missing:${call % KEYS}`),
    set: (call) => set(keys[call % KEYS], value),
    ...(getOrSet && { "getOrSet hit": (call) => getOrSet(keys[call % KEYS]) }),
    ...(getMany && { "getMany of 100": () => getMany(hundred) }),
  }
}

function larder(isolation) {
  const cache = new Cache(new LocmemBackend({ isolation, maxEntries: 10_000 }), { keyPrefix: "news" })
  return measured({
    get: (key) => cache.get(key),
    set: (key, given) => cache.set(key, given),
    getOrSet: (key) => cache.getOrSet(key, () => value),
    getMany: (many) => cache.getMany(many),
  })
}

function keyv(options = {}) {
  const store = new Keyv({ ttl: 300_000, ...options })
  if (options.serialize === false) {
    store.serialize = undefined
    store.deserialize = undefined
  }
  return measured({
    get: (key) => store.get(key),
    set: (key, given) => store.set(key, given),
    getMany: (many) => store.get(many),
  })
}

function bento(serialize) {
  const store = new BentoCache({
    default: "memory",
    ttl: "5m",
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: 10_000, serialize })) },
  })
  return measured({
    get: (key) => store.get({ key }),
    set: (key, given) => store.set({ key, value: given }),
    getOrSet: (key) => store.getOrSet({ key, factory: () => value }),
  })
}

export const contenders = {
  "a Map, awaited": () => {
    const map = new Map()
    return measured({ get: async (key) => map.get(key), set: async (key, given) => void map.set(key, given) })
  },
  "lru-cache with ttl, awaited": () => {
    const lru = new LRUCache({ max: 10_000, ttl: 300_000 })
    return measured({ get: async (key) => lru.get(key), set: async (key, given) => void lru.set(key, given) })
  },
  "Larder, reference": () => larder("reference"),
  "Larder, freeze": () => larder("freeze"),
  "Larder, copy *": () => larder("copy"),
  "Keyv without serialisation": () => keyv({ serialize: false }),
  "Keyv *": () => keyv(),
  "cache-manager *": () => {
    const store = createCache({ ttl: 300_000 })
    return measured({
      get: (key) => store.get(key),
      set: (key, given) => store.set(key, given),
      getOrSet: (key) => store.wrap(key, () => value),
      getMany: (many) => store.mget(many),
    })
  },
  "cacheable *": () => {
    const store = new Cacheable({ ttl: "5m" })
    return measured({
      get: (key) => store.get(key),
      set: (key, given) => store.set(key, given),
      getOrSet: (key) => store.getOrSet(key, async () => value),
      getMany: (many) => store.getMany(many),
    })
  },
  "bentocache without serialisation": () => bento(false),
  "bentocache *": () => bento(true),
}
