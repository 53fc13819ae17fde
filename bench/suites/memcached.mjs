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

export const title = "Memcached: Cache over the Memcached backend beside the clients and its peers"
export const note =
  `Microseconds of one call. ${cacheNote} Servers on this machine. memjs is the client below @keyv/memcache; it has no ` +
  "call for several keys and is given them all at once, as are clients that have none for storing. The backend alone is " +
  "given bytes; by hand objects are JSON. cacheable is left out: its getMany over this adapter answered something else " +
  "than was stored. Each call of Larder asks for one key more, the one that `clear()` replaces. An incr of Larder is a " +
  "compare-and-swap, exact below zero, on counters that nobody else changes; the others have the server's own."
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
  // What cacheable's getMany answers over this adapter is something else than was stored.
  ...keyvOver("@keyv/memcache", () => new KeyvMemcache(server, { timeout: 60 }), ["Keyv", "cache-manager"]),
}
