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
/** Blob strings, whose replies begin with `$` (36), as the bytes that they are: `RESP_TYPES.BLOB_STRING` of node-redis. */
const binary = { 36: Buffer }
/** Counts, but does not create an entry as INCRBY alone does. */
const incrementExisting = 'if redis.call("EXISTS", KEYS[1]) == 1 then return redis.call("INCRBY", KEYS[1], ARGV[1]) end'

export const title = "Redis: Cache over the Redis backend beside node-redis and its peers"
export const note =
  `Microseconds of one call, keys, codec and time to live included. ${cacheNote} A server on this machine. node-redis is ` +
  "used by hand as one would: JSON for objects, MGET, pipelined SET PX, and INCRBY, which creates a missing entry. In bytes it " +
  "does the work of a store that keeps any bytes: values are sent and read as Buffers, several come in a Map, and a script " +
  "counts entries that exist. It is the client below the Redis backend and @keyv/redis; bentocache stands on ioredis, and " +
  "has no call for several keys: it is given them all at once."
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
  "node-redis by hand, in bytes": async () => {
    const client = await createClient({ url }).connect()
    const reader = client.withTypeMapping(binary)
    const script = await client.scriptLoad(incrementExisting)
    const set = (key, value) => client.set(key, Buffer.from(value), { PX: ttl })
    return cacheCalls({
      ...byHand,
      get: async (key) => (await reader.get(key))?.toString(),
      set,
      getMany: async (keys) => {
        const values = await reader.mGet(keys)
        return new Map(keys.map((key, index) => [key, values[index].toString()]))
      },
      setMany: each(set),
      incr: (key) => client.evalSha(script, { keys: [key], arguments: ["1"] }),
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
