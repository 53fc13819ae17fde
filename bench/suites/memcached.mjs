import { KeyvMemcache } from "@keyv/memcache"
import { MemcachedBackend } from "@larder/memcached"
import { addressOf } from "@larder/services/address"
import { Keyv } from "keyv"
import memjs from "memjs"

const KEYS = 1_000
const IN_FLIGHT = 64
const BATCH = 100
const servers = addressOf("MEMCACHED_URLS")
  .split(",")
  .map((url) => url.replace(/^memcached:\/\//, ""))
const names = Array.from({ length: KEYS }, (_, index) => `bench:article:${index}`)
const value = Buffer.alloc(100, "x")
const large = Buffer.alloc(100_000, "x")
const seconds = 300

export const title = "Memcached: the Memcached backend beside memjs and Keyv"
export const note =
  "Microseconds of one call on values of 100 bytes and 100 kB, 1,000 keys, servers on this machine; `64 at once` is the " +
  "time of 64 calls started together, divided by 64. memjs has no call for several keys and is given them all at once. " +
  "Keyv is given texts."
export const baseline = "memjs"
export const unit = "µs"
export const operations = [
  "get",
  "get 64 at once",
  "get 100 kB",
  "set",
  "set 64 at once",
  "incr 64 at once",
  "getMany 100",
  "setMany 100",
]

/** Nanoseconds of a call into microseconds of one operation. */
export function perOperation(operation, nanoseconds) {
  return nanoseconds / 1_000 / (operation.includes("64") ? IN_FLIGHT : 1)
}

async function measured({ get, set, incr, getMany, setMany }, stored = value, storedLarge = large) {
  for (const key of names) await set(key, stored)
  for (const key of names) await set(`count:${key}`, Buffer.from("100"))
  for (const key of names.slice(0, 20)) await set(`large:${key}`, storedLarge)
  if ((await get(names[3]))?.length !== stored.length) throw new Error("This contender does not answer what was stored")
  const together = (call) => Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => call(index)))
  const keyAt = (call, index = 0) => names[(call * IN_FLIGHT + index * 7) % KEYS]
  const batchAt = (call) => names.slice((call * BATCH) % KEYS, ((call * BATCH) % KEYS) + BATCH)
  return {
    get: (call) => get(keyAt(call)),
    "get 64 at once": (call) => together((index) => get(keyAt(call, index))),
    "get 100 kB": (call) => get(`large:${names[call % 20]}`),
    set: (call) => set(keyAt(call), stored),
    "set 64 at once": (call) => together((index) => set(keyAt(call, index), stored)),
    ...(incr && { "incr 64 at once": (call) => together((index) => incr(`count:${keyAt(call, index)}`)) }),
    "getMany 100": (call) => getMany(batchAt(call)),
    "setMany 100": (call) => setMany(batchAt(call).map((key) => ({ key, value: stored }))),
  }
}

function larder(used) {
  const backend = new MemcachedBackend({ servers: used })
  return measured({
    get: (key) => backend.get(key),
    set: (key, given) => backend.set(key, given, seconds * 1000),
    incr: (key) => backend.incr(key, 1),
    getMany: (keys) => backend.getMany(keys),
    setMany: (entries) => backend.setMany(entries, seconds * 1000),
  })
}

export const contenders = {
  memjs: () => {
    const client = memjs.Client.create(servers[0])
    const set = (key, given) => client.set(key, given, { expires: seconds })
    const get = async (key) => (await client.get(key)).value
    return measured({
      get,
      set,
      incr: (key) => client.increment(key, 1, { expires: seconds }),
      getMany: (keys) => Promise.all(keys.map(get)),
      setMany: (entries) => Promise.all(entries.map((entry) => set(entry.key, entry.value))),
    })
  },
  "Larder, one server": () => larder(servers.slice(0, 1)),
  [`Larder, ${servers.length} servers`]: () => larder(servers),
  "Keyv over @keyv/memcache": () => {
    const keyv = new Keyv({ store: new KeyvMemcache(servers[0]) })
    return measured(
      {
        get: (key) => keyv.get(key),
        set: (key, given) => keyv.set(key, String(given), seconds * 1000),
        getMany: (keys) => keyv.get(keys),
        setMany: (entries) => keyv.setMany(entries.map((entry) => ({ ...entry, ttl: seconds * 1000 }))),
      },
      value.toString(),
      large.toString(),
    )
  },
}
