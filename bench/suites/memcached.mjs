import { promisify } from "node:util"
import { KeyvMemcache } from "@keyv/memcache"
import { Cache } from "@larder/core"
import { MemcachedBackend } from "@larder/memcached"
import { addressOf } from "@larder/services/address"
import { createCache } from "cache-manager"
import { Keyv } from "keyv"
import { Memcache } from "memcache"
import { MemcacheClient } from "memcache-client"
import Memcached from "memcached"
import memjs from "memjs"
import { cacheCalls, cacheNote, cacheOperations, microsecondsPerCall, timeout } from "../compare/cache-calls.mjs"

const servers = addressOf("MEMCACHED_URLS")
  .split(",")
  .map((url) => url.replace(/^memcached:\/\//, ""))
const [server] = servers
const ttl = timeout * 1_000

export const title = "Memcached: Cache over the Memcached backend beside the clients and its peers"
export const note =
  `Microseconds of one call. ${cacheNote} Servers on this machine. memjs is the client below @keyv/memcache; it has no ` +
  "call for several keys and is given them all at once, as are clients that have none for storing. The backend alone is " +
  "given bytes; by hand objects are JSON. cacheable is left out: its getMany over this adapter answered something else than was stored. An incr of Larder is a compare-and-swap, exact below zero, on counters that " +
  "nobody else changes; the others have the server's own."
export const baseline = "memjs"
export const unit = "µs"
export const operations = cacheOperations
export const perOperation = microsecondsPerCall

const json = { encode: JSON.stringify, decode: JSON.parse }
const each = (run) => (keys, value) => Promise.all(keys.map((key) => run(key, value)))

function larder(used) {
  // 64 batches at once are many megabytes: no operation of a site, and more than the second that one may take.
  const limits = { servers: used, requestTimeout: 60_000 }
  const options = { keyPrefix: `bench${used.length}`, timeout, onError: "throw", operationTimeout: "1m" }
  const cache = new Cache(new MemcachedBackend(limits), options)
  return cacheCalls({
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getMany: (keys) => cache.getMany(keys),
    setMany: (keys, value) => cache.setMany(keys.map((key) => [key, value])),
    incr: (key) => cache.incr(key),
  })
}

/** Anything over Keyv's own adapter. */
const keyvStore = () => new Keyv({ store: new KeyvMemcache(server, { timeout: 60 }), ttl })

export const contenders = {
  memjs: () => {
    const client = memjs.Client.create(server, { timeout: 60 })
    const get = async (key) => (await client.get(key)).value?.toString()
    const set = (key, value) => client.set(key, value, { expires: timeout })
    return cacheCalls({
      ...json,
      get,
      set,
      getMany: each(get),
      setMany: each(set),
      incr: async (key) => (await client.increment(key, 1, {})).value,
      zero: "0",
    })
  },
  "memcache-client": () => {
    const client = new MemcacheClient({ server, cmdTimeout: 60_000 })
    const options = { lifetime: timeout }
    const set = (key, value) => client.set(key, value, options)
    return cacheCalls({
      ...json,
      get: async (key) => (await client.get(key))?.value,
      set,
      getMany: async (keys) => Object.values(await client.get(keys)).map(({ value }) => value),
      setMany: each(set),
      incr: (key) => client.cmd(`incr ${key} 1`),
      zero: "0",
    })
  },
  memcache: () => {
    const client = new Memcache({ nodes: [server], timeout: 60_000 })
    const set = (key, value) => client.set(key, value, timeout)
    return cacheCalls({
      ...json,
      get: (key) => client.get(key),
      set,
      getMany: (keys) => client.gets(keys),
      setMany: each(set),
      incr: (key) => client.incr(key, 1),
      zero: "0",
    })
  },
  memcached: () => {
    const client = new Memcached(server, { timeout: 60_000, poolSize: 10 })
    const [get, set, getMulti, incr] = ["get", "set", "getMulti", "incr"].map((name) =>
      promisify(client[name]).bind(client),
    )
    const store = (key, value) => set(key, value, timeout)
    return cacheCalls({
      ...json,
      get,
      set: store,
      getMany: async (keys) => Object.values(await getMulti(keys)),
      setMany: each(store),
      incr: (key) => incr(key, 1),
      zero: "0",
    })
  },
  "the backend alone": () => {
    const backend = new MemcachedBackend({ servers: [server], requestTimeout: 60_000 })
    // The clients share their keys, and their counters with them.
    const own = (key) => `alone:${key}`
    return cacheCalls({
      ...json,
      get: async (key) => (await backend.get(own(key)))?.toString(),
      set: (key, value) => backend.set(own(key), Buffer.from(value), ttl),
      getMany: async (keys) => (await backend.getMany(keys.map(own))).map((value) => value?.toString()),
      setMany: (keys, value) =>
        backend.setMany(
          keys.map((key) => ({ key: own(key), value: Buffer.from(value) })),
          ttl,
        ),
      incr: (key) => backend.incr(own(key), 1),
      zero: "0",
    })
  },
  Larder: () => larder([server]),
  [`Larder, ${servers.length} servers`]: () => larder(servers),
  "Keyv over @keyv/memcache": () => {
    const keyv = keyvStore()
    return cacheCalls({
      get: (key) => keyv.get(key),
      set: (key, value) => keyv.set(key, value),
      getMany: (keys) => keyv.get(keys),
      setMany: (keys, value) => keyv.setMany(keys.map((key) => ({ key, value, ttl }))),
    })
  },
  "cache-manager over @keyv/memcache": () => {
    const cache = createCache({ stores: [keyvStore()], ttl })
    return cacheCalls({
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      getMany: (keys) => cache.mget(keys),
      setMany: (keys, value) => cache.mset(keys.map((key) => ({ key, value, ttl }))),
    })
  },
}
