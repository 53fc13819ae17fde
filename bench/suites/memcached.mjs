import { promisify } from "node:util"
import { KeyvMemcache } from "@keyv/memcache"
import { MemcachedBackend } from "@larder/memcached"
import { addressOf } from "@larder/services/address"
import { Memcache } from "memcache"
import { MemcacheClient } from "memcache-client"
import Memcached from "memcached"
import memjs from "memjs"
import { cacheCalls, cacheNote, cacheOperations, each, microsecondsPerCall, timeout } from "../compare/cache-calls.mjs"
import { backendAlone, byHand, cacheOver, keyvOver } from "../compare/cache-contenders.mjs"

const servers = addressOf("MEMCACHED_URLS")
  .split(",")
  .map((url) => url.replace(/^memcached:\/\//, ""))
const [server] = servers

export const title = "Memcached: Cache over the Memcached backend compared with clients and other caches"
export const note =
  `Microseconds per call. ${cacheNote} The servers are on the same machine. memjs is the client below @keyv/memcache. It has ` +
  "no batch calls, so batches are concurrent single calls, as they are for other clients without a batch write. The backend " +
  "alone stores bytes; hand-written code stores objects as JSON. cacheable is left out, because its getMany over this " +
  "adapter returned other values than were stored. Each call of Larder reads one key more, the one that `clear()` replaces. " +
  "Larder's incr is a compare-and-swap that is exact below zero, here on counters that nobody else changes; the others use " +
  "the server's own."
export const baseline = "memjs"
export const unit = "µs"
export const operations = cacheOperations
export const perOperation = microsecondsPerCall

const patient = { requestTimeout: 60_000 }

export const contenders = {
  memjs: () => {
    const client = memjs.Client.create(server, { timeout: 60 })
    const get = async (key) => (await client.get(key)).value?.toString()
    const set = (key, value) => client.set(key, value, { expires: timeout })
    return cacheCalls({
      ...byHand,
      get,
      set,
      getMany: each(get),
      setMany: each(set),
      incr: async (key) => (await client.increment(key, 1, {})).value,
    })
  },
  "memcache-client": () => {
    const client = new MemcacheClient({ server, cmdTimeout: 60_000 })
    const options = { lifetime: timeout }
    const set = (key, value) => client.set(key, value, options)
    return cacheCalls({
      ...byHand,
      get: async (key) => (await client.get(key))?.value,
      set,
      getMany: async (keys) => Object.values(await client.get(keys)).map(({ value }) => value),
      setMany: each(set),
      incr: (key) => client.cmd(`incr ${key} 1`),
    })
  },
  memcache: () => {
    const client = new Memcache({ nodes: [server], timeout: 60_000 })
    const set = (key, value) => client.set(key, value, timeout)
    return cacheCalls({
      ...byHand,
      get: (key) => client.get(key),
      set,
      getMany: (keys) => client.gets(keys),
      setMany: each(set),
      incr: (key) => client.incr(key, 1),
    })
  },
  memcached: () => {
    const client = new Memcached(server, { timeout: 60_000, poolSize: 10 })
    const [get, set, getMulti, incr] = ["get", "set", "getMulti", "incr"].map((name) =>
      promisify(client[name]).bind(client),
    )
    const store = (key, value) => set(key, value, timeout)
    return cacheCalls({
      ...byHand,
      get,
      set: store,
      getMany: async (keys) => Object.values(await getMulti(keys)),
      setMany: each(store),
      incr: (key) => incr(key, 1),
    })
  },
  "the backend alone": () => backendAlone(new MemcachedBackend({ servers: [server], ...patient })),
  Larder: () => cacheOver(new MemcachedBackend({ servers: [server], ...patient })),
  [`Larder, ${servers.length} servers`]: () => cacheOver(new MemcachedBackend({ servers, ...patient }), "bench2"),
  // Without cacheable: over this adapter, its getMany returns other values than were stored.
  ...keyvOver("@keyv/memcache", () => new KeyvMemcache(server, { timeout: 60 }), ["Keyv", "cache-manager"]),
}
