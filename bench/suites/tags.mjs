import { Cache } from "@larder/core"
import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"

const KEYS = 1_000
const IN_FLIGHT = 64
const value = { id: 7, title: "State of the Union", year: 1862, words: 8_410 }
const names = Array.from({ length: KEYS }, (_, index) => `article:${index}`)

export const title = "Tags and namespaces over Redis: a hit compared with a plain entry"
export const note =
  "Microseconds per call, for a small object and 1,000 keys with ten different tags; the server is on the same machine. `x 64` " +
  "is the time of 64 concurrent calls, divided by 64."
export const baseline = "plain entries"
export const unit = "µs"
export const operations = ["get", "get, x 64", "getOrSet", "getOrSet, x 64"]

/** Converts the nanoseconds of a measured call to microseconds per operation. */
export function perOperation(operation, nanoseconds) {
  return nanoseconds / 1_000 / (operation.endsWith("x 64") ? IN_FLIGHT : 1)
}

async function measured(tagsOf, viewOf = (cache) => cache) {
  const cache = viewOf(new Cache(new RedisBackend({ url: addressOf("REDIS_URL") }), { keyPrefix: "bench-tags" }))
  const optionsAt = names.map((_, index) => ({ timeout: "1h", tags: tagsOf(index) }))
  const plain = tagsOf(0).length === 0
  const own = names.map((name) => `${tagsOf(0).length}:${name}`)
  for (const [index, key] of own.entries()) await cache.set(key, value, plain ? "1h" : optionsAt[index])
  if ((await cache.get(own[3]))?.year !== 1862) throw new Error("This contender does not return what was stored")
  const fail = () => {
    throw new Error("A hit was expected")
  }
  const at = (call, index) => (call * IN_FLIGHT + index * 7) % KEYS
  const runs = {
    get: (index) => cache.get(own[index]),
    getOrSet: (index) => cache.getOrSet(own[index], fail, plain ? "1h" : optionsAt[index]),
  }
  return Object.fromEntries(
    Object.entries(runs).flatMap(([name, run]) => [
      [name, (call) => run(at(call, 0))],
      [`${name}, x 64`, (call) => Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => run(at(call, index))))],
    ]),
  )
}

export const contenders = {
  "plain entries": () => measured(() => []),
  "one tag": () => measured((index) => [`president:${index % 10}`]),
  "four tags": () => measured((index) => ["site", "articles", `president:${index % 10}`, `party:${index % 3}`]),
  "in a namespace": () =>
    measured(
      () => [],
      (cache) => cache.namespace("user:42"),
    ),
}
