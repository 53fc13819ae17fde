/** Concurrent calls of the operations marked `x 64`. */
const inFlight = 64
const keys = 1_000
const batchSize = 100

/** In seconds; longer than a run. */
export const timeout = 3_600

const names = Array.from({ length: keys }, (_, index) => `article:${index}`)
const text = "x".repeat(100)

/** Typical data of a page; 10 kB as JSON. */
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

const together = `, x ${inFlight}`
const calls = ["get, text", "set, text", "get, object", "set, object", "getMany 100", "setMany 100", "incr"]

/** The operations of `cacheCalls`. */
export const cacheOperations = calls.flatMap((call) => [call, `${call}${together}`])

/** Describes the operations in the note of a suite. */
export const cacheNote =
  `A string of 100 bytes and an object of 10 kB, ${keys.toLocaleString("en")} keys, batches of ${batchSize} strings. \`x ` +
  `${inFlight}\` is the time of ${inFlight} concurrent calls, divided by ${inFlight}.`

/** Batches for a client without batch calls: concurrent single calls. */
export function each(call) {
  return (keys, value) => Promise.all(keys.map((key) => call(key, value)))
}

/** Converts the nanoseconds of a measured call to microseconds per operation. */
export function microsecondsPerCall(operation, nanoseconds) {
  return nanoseconds / 1_000 / (operation.endsWith(together) ? inFlight : 1)
}

/**
 * The operations, on any cache.
 *
 * @param {object} cache
 * @param cache.get returns the value, or a promise of it
 * @param cache.set
 * @param cache.getMany returns the values, as an array or a map
 * @param cache.setMany takes the keys and one value
 * @param [cache.incr] returns the sum
 * @param [cache.zero] the initial value of a counter; default: 0
 * @param [cache.encode] and `decode`: for objects, if the cache does not serialize them
 */
export async function cacheCalls({ get, set, getMany, setMany, incr, zero = 0, encode, decode }) {
  const kinds = [
    ["text", text, get, set],
    [
      "object",
      article,
      decode ? async (key) => decode(await get(key)) : get,
      encode ? (key, value) => set(key, encode(value)) : set,
    ],
  ]
  const byOperation = {}
  const add = (name, run) => {
    byOperation[name] = (call) => run(call, 0)
    byOperation[`${name}${together}`] = (call) =>
      Promise.all(Array.from({ length: inFlight }, (_, index) => run(call, index)))
  }
  const keyAt = (kind, call, index) => `${kind}:${names[(call * inFlight + index * 7) % keys]}`
  for (const [kind, value, getOne, setOne] of kinds) {
    for (const name of names) await setOne(`${kind}:${name}`, value)
    proveSame(await getOne(`${kind}:${names[3]}`), value)
    add(`get, ${kind}`, (call, index) => getOne(keyAt(kind, call, index)))
    add(`set, ${kind}`, (call, index) => setOne(keyAt(kind, call, index), value))
  }
  const batches = Array.from({ length: keys / batchSize }, (_, batch) =>
    names.slice(batch * batchSize, (batch + 1) * batchSize).map((name) => `text:${name}`),
  )
  await setMany(batches[0], text)
  const values = [...(await getMany(batches[0])).values()]
  if (values.length !== batchSize) throw new Error("This contender does not return the whole batch")
  for (const value of values) proveSame(value, text)
  add("getMany 100", (call, index) => getMany(batches[(call + index) % batches.length]))
  add("setMany 100", (call, index) => setMany(batches[(call + index) % batches.length], text))
  if (incr) {
    for (const name of names) await set(`count:${name}`, zero)
    await incr(`count:${names[0]}`)
    if (Number(await incr(`count:${names[0]}`)) !== 2) throw new Error("This contender does not count")
    add("incr", (call, index) => incr(keyAt("count", call, index)))
  }
  return byOperation
}

function proveSame(answer, value) {
  if (JSON.stringify(answer) !== JSON.stringify(value)) {
    throw new Error("This contender does not return what was stored")
  }
}
