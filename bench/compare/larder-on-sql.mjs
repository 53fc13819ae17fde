import { Cache } from "@larder/core"
import { DatabaseBackend } from "@larder/database"
import { createCache } from "cache-manager"
import { Cacheable } from "cacheable"
import { Keyv } from "keyv"
import { cacheCalls, timeout } from "./cache-calls.mjs"

const ttl = timeout * 1_000

/** The table that contenders by hand work on, too: what an index costs is then the same for both. */
export const table = "larder_bench"

/** Makes the table anew. A contender is ended without notice: what is there is from an earlier run. */
export async function freshBackend(client, name, run) {
  await run(`DROP TABLE IF EXISTS ${name}`)
  const backend = new DatabaseBackend({ client, table: name })
  await backend.createTable()
  return backend
}

export async function larderOn(client, run) {
  // As on other servers: 64 batches at once may take more than the second that an operation of a site may.
  const options = { keyPrefix: "bench", timeout, onError: "throw", operationTimeout: "1m" }
  const cache = new Cache(await freshBackend(client, table, run), options)
  return cacheCalls({
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getMany: (keys) => cache.getMany(keys),
    setMany: (keys, value) => cache.setMany(keys.map((key) => [key, value])),
    incr: (key) => cache.incr(key),
  })
}

/** Keyv and what stands on it, over the adapter that `open` makes; by name. */
export function peersOver(name, open) {
  const store = () => new Keyv({ store: open(), ttl })
  return {
    [`Keyv over ${name}`]: () => {
      const keyv = store()
      return cacheCalls({
        get: (key) => keyv.get(key),
        set: (key, value) => keyv.set(key, value),
        getMany: (keys) => keyv.get(keys),
        setMany: (keys, value) => keyv.setMany(keys.map((key) => ({ key, value, ttl }))),
      })
    },
    [`cache-manager over ${name}`]: () => {
      const cache = createCache({ stores: [store()], ttl })
      return cacheCalls({
        get: (key) => cache.get(key),
        set: (key, value) => cache.set(key, value),
        getMany: (keys) => cache.mget(keys),
        setMany: (keys, value) => cache.mset(keys.map((key) => ({ key, value, ttl }))),
      })
    },
    [`cacheable over ${name}`]: () => {
      const cache = new Cacheable({ primary: store(), ttl })
      return cacheCalls({
        get: (key) => cache.get(key),
        set: (key, value) => cache.set(key, value),
        getMany: (keys) => cache.getMany(keys),
        setMany: (keys, value) => cache.setMany(keys.map((key) => ({ key, value, ttl }))),
      })
    },
  }
}
