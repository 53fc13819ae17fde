import { cachified } from "@epic-web/cachified"
import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { createCache as createDedupeCache } from "async-cache-dedupe"
import { BentoCache, bentostore } from "bentocache"
import { memoryDriver } from "bentocache/drivers/memory"
import { Cacheable } from "cacheable"
import { LRUCache } from "lru-cache"

const KEYS = 1_000
const CALLERS = 1_000
const keys = Array.from({ length: KEYS }, (_, index) => `article:${index}`)
const value = { id: 7, title: "State of the Union", year: 1862, words: 8_410 }

/** A value that takes until the next turn of the event loop, like a query of another server. */
const query = () => new Promise((resolve) => setImmediate(resolve, value))

export const title = "getOrSet in memory: a hit, and a stampede on a cold key"
export const note =
  "Nanoseconds per awaited call: a hit of `get`, of `getOrSet`, and of `getOrSet` in a namespace, with 1,000 keys and a " +
  "small object; and, for a cold key, per caller of 1,000 concurrent ones, with a value that is ready in the next turn of the " +
  "event loop. Each contender proves that one call of the producer serves all of them. Those marked * copy or encode " +
  "values on write and read."
export const baseline = "Larder, reference"
export const operations = ["get hit", "getOrSet hit", "getOrSet hit in a namespace", "cold key, a caller of 1,000"]

/** A stampede is one measured call, and many calls of the cache. */
export function perOperation(operation, nanoseconds) {
  return operation.startsWith("cold key") ? nanoseconds / CALLERS : nanoseconds
}

/** The operations of a contender with `getOrSet(key, produce)`. */
async function measured({ get, getOrSet, inNamespace }) {
  for (const one of [getOrSet, inNamespace].filter(Boolean)) {
    for (const key of keys) await one(key, query)
    if ((await one(keys[3], query))?.year !== 1862) throw new Error("This contender does not return what was stored")
  }
  const crowd = (key) => {
    let runs = 0
    const produce = () => {
      runs += 1
      return query()
    }
    return Promise.all(Array.from({ length: CALLERS }, () => getOrSet(key, produce))).then(() => runs)
  }
  if ((await crowd("crowd")) !== 1) throw new Error("This contender runs a producer for more than one caller")
  let cold = 0
  return {
    ...(get && { "get hit": (call) => get(keys[call % KEYS]) }),
    "getOrSet hit": (call) => getOrSet(keys[call % KEYS], query),
    ...(inNamespace && { "getOrSet hit in a namespace": (call) => inNamespace(keys[call % KEYS], query) }),
    "cold key, a caller of 1,000": () => crowd(`cold:${cold++}`),
  }
}

function larder(isolation) {
  const cache = new Cache(new LocmemBackend({ isolation, maxEntries: 10_000 }), { keyPrefix: "news" })
  const namespace = cache.namespace("user:42")
  return measured({
    get: (key) => cache.get(key),
    getOrSet: (key, produce) => cache.getOrSet(key, produce),
    inNamespace: (key, produce) => namespace.getOrSet(key, produce),
  })
}

function bento(serialize) {
  const store = new BentoCache({
    default: "memory",
    ttl: "5m",
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: 10_000, serialize })) },
  })
  const namespace = store.namespace("user:42")
  return measured({
    get: (key) => store.get({ key }),
    getOrSet: (key, factory) => store.getOrSet({ key, factory }),
    inNamespace: (key, factory) => namespace.getOrSet({ key, factory }),
  })
}

export const contenders = {
  "Larder, reference": () => larder("reference"),
  "Larder, copy *": () => larder("copy"),
  "bentocache without serialisation": () => bento(false),
  "bentocache *": () => bento(true),
  "cacheable *": () => {
    const store = new Cacheable({ ttl: "5m" })
    return measured({
      get: (key) => store.get(key),
      getOrSet: (key, produce) => store.getOrSet(key, produce),
    })
  },
  "cachified over lru-cache": () => {
    const cache = new LRUCache({ max: 10_000 })
    return measured({
      getOrSet: (key, getFreshValue) => cachified({ key, cache, ttl: 300_000, getFreshValue }),
    })
  },
  "async-cache-dedupe": () => {
    // Producers are defined for the cache, not for each call.
    const producers = new Map()
    const cache = createDedupeCache({ ttl: 300, storage: { type: "memory", options: { size: 10_000 } } })
    cache.define("article", (key) => producers.get(key)())
    return measured({
      getOrSet: (key, produce) => {
        producers.set(key, produce)
        return cache.article(key)
      },
    })
  },
}
