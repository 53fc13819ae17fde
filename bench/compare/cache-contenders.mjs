import { Cache } from "@larder/core"
import { createCache } from "cache-manager"
import { Cacheable } from "cacheable"
import { Keyv } from "keyv"
import { cacheCalls, timeout } from "./cache-calls.mjs"

const ttl = timeout * 1_000

/** For hand-written contenders: objects are JSON, and a counter starts as a string. */
export const byHand = { encode: JSON.stringify, decode: JSON.parse, zero: "0" }

/** `Cache` over a backend. */
export function cacheOver(backend, keyPrefix = "bench") {
  // 64 concurrent batches are many megabytes, which no site requests at once, and take longer than the default limit of a
  // second. Stores in this process have no limit.
  const patience = backend.capabilities.remote ? { operationTimeout: "1m" } : {}
  const cache = new Cache(backend, { keyPrefix, timeout, onError: "throw", ...patience })
  return cacheCalls({
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getMany: (keys) => cache.getMany(keys),
    setMany: (keys, value) => cache.setMany(keys.map((key) => [key, value])),
    incr: (key) => cache.incr(key),
  })
}

/** A backend without `Cache`. */
export function backendAlone(backend) {
  // The hand-written clients share their keys. The counters of this one must be its own.
  const own = (key) => `alone:${key}`
  return cacheCalls({
    ...byHand,
    get: async (key) => (await backend.get(own(key)))?.toString(),
    set: (key, value) => backend.set(own(key), Buffer.from(value), ttl),
    getMany: async (keys) => (await backend.getMany(keys.map(own))).map((value) => value?.toString()),
    setMany: (keys, value) => {
      const entries = keys.map((key) => ({ key: own(key), value: Buffer.from(value) }))
      return backend.setMany(entries, ttl)
    },
    incr: (key) => backend.incr(own(key), 1),
  })
}

const entries = (keys, value) => keys.map((key) => ({ key, value, ttl }))

const peers = {
  Keyv: (keyv) =>
    cacheCalls({
      get: (key) => keyv.get(key),
      set: (key, value) => keyv.set(key, value),
      getMany: (keys) => keyv.get(keys),
      setMany: (keys, value) => keyv.setMany(entries(keys, value)),
    }),
  "cache-manager": (keyv) => {
    const cache = createCache({ stores: [keyv], ttl })
    return cacheCalls({
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      getMany: (keys) => cache.mget(keys),
      setMany: (keys, value) => cache.mset(entries(keys, value)),
    })
  },
  cacheable: (keyv) => {
    const cache = new Cacheable({ primary: keyv, ttl })
    return cacheCalls({
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      getMany: (keys) => cache.getMany(keys),
      setMany: (keys, value) => cache.setMany(entries(keys, value)),
    })
  },
}

/** Keyv and the caches built on it, over the adapter that `open` creates; by name. */
export function keyvOver(adapter, open, names = Object.keys(peers)) {
  const contender = (name) => () => peers[name](new Keyv({ store: open(), ttl, throwOnErrors: true }))
  return Object.fromEntries(names.map((name) => [`${name} over ${adapter}`, contender(name)]))
}
