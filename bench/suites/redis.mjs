import KeyvRedis, { createClient } from "@keyv/redis"
import { Cache } from "@larder/core"
import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import { BentoCache, bentostore } from "bentocache"
import { redisDriver } from "bentocache/drivers/redis"
import { createCache } from "cache-manager"
import { Cacheable } from "cacheable"
import { Redis } from "ioredis"
import { Keyv } from "keyv"

const KEYS = 1_000
const IN_FLIGHT = 64
const BATCH = 100
const ttl = 300_000
const url = addressOf("REDIS_URL")
const names = Array.from({ length: KEYS }, (_, index) => `article:${index}`)
const text = "x".repeat(100)

/** What a page of a site may be made of; 10 kB as JSON. */
const article = {
  id: 1862,
  title: "Second Annual Message",
  author: { name: "Abraham Lincoln", party: "Republican", born: 1809 },
  published: "1862-12-01T12:00:00.000Z",
  paragraphs: Array.from({ length: 60 }, (_, index) => ({
    number: index,
    words: 21 + (index % 7),
    text: `${index}: the dogmas of the quiet past are inadequate to the stormy present, and the occasion is piled high`,
    terms: ["dogma", "past", "present"],
  })),
}

export const title = "Redis: Cache over the Redis backend beside node-redis and its peers"
export const note =
  "Microseconds of one call of a whole cache, keys, codec and time to live included: a text of 100 bytes and an object " +
  "of 10 kB, 1,000 keys, a server on this machine; `x 64` is the time of 64 calls started together, divided by 64. " +
  "node-redis is used by hand as one would: JSON for objects, MGET, and pipelined SET PX; INCRBY asks for no check. " +
  "It is the client below the Redis backend and @keyv/redis; bentocache stands on ioredis, and has no call for several " +
  "keys: it is given them all at once."
export const baseline = "node-redis by hand"
export const unit = "µs"

// Not of 64 batches of objects at once: that are 64 MB.
const onceOnly = ["getMany 100, object", "setMany 100, object"]
const calls = ["get", "set", "getMany 100", "setMany 100"]
export const operations = [
  ...["text", "object"].flatMap((kind) => calls.map((call) => `${call}, ${kind}`)),
  "incr",
].flatMap((operation) => (onceOnly.includes(operation) ? [operation] : [operation, `${operation}, x 64`]))

/** Nanoseconds of a call into microseconds of one operation. */
export function perOperation(operation, nanoseconds) {
  return nanoseconds / 1_000 / (operation.endsWith("x 64") ? IN_FLIGHT : 1)
}

/** The operations of anything that caches; `objects` is what it does with objects, where that is something else. */
async function measured(texts, objects = texts) {
  const byOperation = {}
  const keyAt = (call, index) => names[(call * IN_FLIGHT + index * 7) % KEYS]
  const add = (name, run) => {
    byOperation[name] = (call) => run(call, 0)
    byOperation[`${name}, x 64`] = (call) =>
      Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => run(call, index)))
  }
  for (const [kind, { get, set, getMany, setMany }, value] of [
    ["text", texts, text],
    ["object", objects, article],
  ]) {
    const key = (call, index) => `${kind}:${keyAt(call, index)}`
    const batches = Array.from({ length: KEYS / BATCH }, (_, batch) =>
      names.slice(batch * BATCH, (batch + 1) * BATCH).map((name) => `${kind}:${name}`),
    )
    const batchAt = (call, index) => batches[(call + index) % batches.length]
    for (const batch of batches) await setMany(batch, value)
    await proveSame(await get(key(3, 0)), value)
    const values = await getMany(batches[1])
    if ((values.size ?? values.length) !== BATCH) throw new Error("This contender does not answer the whole batch")
    await proveSame([...values.values()][7], value)
    add(`get, ${kind}`, (call, index) => get(key(call, index)))
    add(`set, ${kind}`, (call, index) => set(key(call, index), value))
    add(`getMany 100, ${kind}`, (call, index) => getMany(batchAt(call, index)))
    add(`setMany 100, ${kind}`, (call, index) => setMany(batchAt(call, index), value))
  }
  const { incr } = texts
  if (incr) {
    for (const name of names) await texts.set(`count:${name}`, texts.zero ?? 0)
    await incr(`count:${names[0]}`)
    if ((await incr(`count:${names[0]}`)) !== 2) throw new Error("This contender does not count")
    add("incr", (call, index) => incr(`count:${keyAt(call, index)}`))
  }
  return byOperation
}

function proveSame(answer, value) {
  if (JSON.stringify(answer) !== JSON.stringify(value)) {
    throw new Error("This contender does not answer what was stored")
  }
}

export const contenders = {
  "node-redis by hand": async () => {
    const client = await createClient({ url }).connect()
    const textsOnly = {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value, { PX: ttl }),
      getMany: (keys) => client.mGet(keys),
      setMany: (keys, value) => Promise.all(keys.map((key) => client.set(key, value, { PX: ttl }))),
      incr: (key) => client.incrBy(key, 1),
      zero: "0",
    }
    return measured(textsOnly, {
      get: async (key) => JSON.parse(await client.get(key)),
      set: (key, value) => client.set(key, JSON.stringify(value), { PX: ttl }),
      getMany: async (keys) => (await client.mGet(keys)).map((stored) => JSON.parse(stored)),
      setMany: (keys, value) => Promise.all(keys.map((key) => client.set(key, JSON.stringify(value), { PX: ttl }))),
    })
  },
  Larder: () => {
    const options = { keyPrefix: "bench", timeout: ttl / 1_000, onError: "throw", operationTimeout: "1m" }
    const cache = new Cache(new RedisBackend({ url }), options)
    return measured({
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      getMany: (keys) => cache.getMany(keys),
      setMany: (keys, value) => cache.setMany(keys.map((key) => [key, value])),
      incr: (key) => cache.incr(key),
    })
  },
  "Keyv over @keyv/redis": () => {
    const keyv = new Keyv({ store: new KeyvRedis(url), ttl, throwOnErrors: true })
    return measured({
      get: (key) => keyv.get(key),
      set: (key, value) => keyv.set(key, value),
      getMany: (keys) => keyv.get(keys),
      setMany: (keys, value) => keyv.setMany(keys.map((key) => ({ key, value, ttl }))),
    })
  },
  "cache-manager over @keyv/redis": () => {
    const cache = createCache({ stores: [new Keyv({ store: new KeyvRedis(url) })], ttl })
    return measured({
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      getMany: (keys) => cache.mget(keys),
      setMany: (keys, value) => cache.mset(keys.map((key) => ({ key, value, ttl }))),
    })
  },
  "cacheable over @keyv/redis": () => {
    const cache = new Cacheable({ primary: new Keyv({ store: new KeyvRedis(url) }), ttl })
    return measured({
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      getMany: (keys) => cache.getMany(keys),
      setMany: (keys, value) => cache.setMany(keys.map((key) => ({ key, value, ttl }))),
    })
  },
  bentocache: () => {
    const connection = new Redis(url)
    const stores = { redis: bentostore().useL2Layer(redisDriver({ connection })) }
    const cache = new BentoCache({ default: "redis", ttl, stores })
    const get = (key) => cache.get({ key })
    const set = (key, value) => cache.set({ key, value })
    return measured({
      get,
      set,
      getMany: (keys) => Promise.all(keys.map(get)),
      setMany: (keys, value) => Promise.all(keys.map((key) => set(key, value))),
    })
  },
}
