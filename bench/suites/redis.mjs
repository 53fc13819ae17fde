import KeyvRedis, { createClient } from "@keyv/redis"
import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import { BentoCache, bentostore } from "bentocache"
import { redisDriver } from "bentocache/drivers/redis"
import { Redis } from "ioredis"
import { cacheCalls, cacheNote, cacheOperations, each, microsecondsPerCall, timeout } from "../compare/cache-calls.mjs"
import { byHand, cacheOver, keyvOver } from "../compare/cache-contenders.mjs"

const url = addressOf("REDIS_URL")
const ttl = timeout * 1_000
/** Returns blob strings, whose replies start with `$` (36), as bytes: `RESP_TYPES.BLOB_STRING` of node-redis. */
const binary = { 36: Buffer }
/** Adds to an existing entry. INCRBY alone would create a missing one. */
const incrementExisting = 'if redis.call("EXISTS", KEYS[1]) == 1 then return redis.call("INCRBY", KEYS[1], ARGV[1]) end'

export const title = "Redis: Cache over the Redis backend compared with node-redis and other caches"
export const note =
  `Microseconds per call, including keys, codec and time to live. ${cacheNote} The server is on the same machine. node-redis by ` +
  "hand is what one would write: JSON for objects, MGET, pipelined SET PX, and INCRBY, which creates a missing entry. `The same " +
  "work` does what a cache of any values has to do: keys have a prefix and a version, strings are JSON too, to tell them from " +
  "other values, values are sent and read as Buffers, hits are returned as a Map, and a script increments only existing " +
  "entries. node-redis is the client below the Redis backend and @keyv/redis. bentocache uses ioredis and has no batch calls, " +
  "so batches are concurrent single calls."
export const baseline = "node-redis by hand"
export const unit = "µs"
export const operations = cacheOperations
export const perOperation = microsecondsPerCall

export const contenders = {
  "node-redis by hand": async () => {
    const client = await createClient({ url }).connect()
    const set = (key, value) => client.set(key, value, { PX: ttl })
    return cacheCalls({
      ...byHand,
      get: (key) => client.get(key),
      set,
      getMany: (keys) => client.mGet(keys),
      setMany: each(set),
      incr: (key) => client.incrBy(key, 1),
    })
  },
  "node-redis by hand, the same work": async () => {
    const client = await createClient({ url }).connect()
    const reader = client.withTypeMapping(binary)
    const script = await client.scriptLoad(incrementExisting)
    const keyOf = (name) => `same-work:1:${name}`
    const decode = (reply) => (reply === null ? undefined : JSON.parse(reply.toString()))
    const set = (name, value) => client.set(keyOf(name), Buffer.from(JSON.stringify(value)), { PX: ttl })
    return cacheCalls({
      get: async (name) => decode(await reader.get(keyOf(name))),
      set,
      getMany: async (names) => {
        const hits = new Map()
        const replies = await reader.mGet(names.map(keyOf))
        for (const [index, name] of names.entries()) {
          const value = decode(replies[index])
          if (value !== undefined) hits.set(name, value)
        }
        return hits
      },
      setMany: each(set),
      incr: (name) => client.evalSha(script, { keys: [keyOf(name)], arguments: ["1"] }),
    })
  },
  Larder: () => cacheOver(new RedisBackend({ url })),
  ...keyvOver("@keyv/redis", () => new KeyvRedis(url)),
  bentocache: () => {
    const connection = new Redis(url)
    const stores = { redis: bentostore().useL2Layer(redisDriver({ connection })) }
    const cache = new BentoCache({ default: "redis", ttl, stores })
    const get = (key) => cache.get({ key })
    const set = (key, value) => cache.set({ key, value })
    return cacheCalls({ get, set, getMany: each(get), setMany: each(set) })
  },
}
