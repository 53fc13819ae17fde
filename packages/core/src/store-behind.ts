import type { Backend, Codec, Entry } from "./backend.js"
import type { Calls } from "./calls.js"

/** Converts entries between a cache and the store behind its copies. */
export interface Exchange {
  /** For what the cache keeps under its own keys. */
  readonly codec: Codec<unknown>
  /** What the store receives for an entry. */
  give(stored: unknown): unknown
  /** The entry for what the store returned. */
  take(finalKey: string, answer: unknown): unknown
}

/**
 * The store behind copies, as the backend that keeps them uses it for one cache: each call is guarded by `calls`, and entries
 * are converted. It has the optional methods of the store.
 */
export function storeBehind(store: Backend<unknown>, calls: Calls, exchange: Exchange | undefined): Backend<unknown> {
  const give = (stored: unknown): unknown => (exchange === undefined ? stored : exchange.give(stored))
  const take = (key: string, answer: unknown): unknown =>
    answer === undefined || exchange === undefined ? answer : exchange.take(key, answer)
  const codec = exchange?.codec ?? store.codec
  return {
    name: store.name,
    capabilities: store.capabilities,
    ...(store.location !== undefined && { location: store.location }),
    ...(codec !== undefined && { codec }),
    ...(store.isRefusal && { isRefusal: (error: unknown) => store.isRefusal?.(error) === true }),
    get: async (key) => take(key, await calls.guard("get", key, () => store.get(key))),
    set: (key, value, ttl) => calls.guard("set", key, () => store.set(key, give(value), ttl)),
    delete: (key) => calls.guard("delete", key, () => store.delete(key)),
    ...decisionsOf(store, calls, give),
    ...batchesOf(store, calls, give, take),
    ...othersOf(store, calls),
    ...(store.close && { close: () => store.close?.() ?? Promise.resolve() }),
  }
}

type Methods = Partial<Backend<unknown>>

function decisionsOf(store: Backend<unknown>, calls: Calls, give: Exchange["give"]): Methods {
  const { add, touch, incr, deleteIfEqual, replaceIfEqual } = store
  return {
    ...(add && { add: (key, value, ttl) => calls.guard("add", key, () => add.call(store, key, give(value), ttl)) }),
    ...(touch && { touch: (key, ttl) => calls.guard("touch", key, () => touch.call(store, key, ttl)) }),
    ...(incr && {
      incr: async (key, delta) => {
        const sum = await calls.guard("incr", key, () => incr.call(store, key, delta).catch(asAnswer))
        if (sum instanceof Error) throw sum
        return sum
      },
    }),
    ...(deleteIfEqual && {
      deleteIfEqual: (key, value) =>
        calls.guard("deleteIfEqual", key, () => deleteIfEqual.call(store, key, give(value))),
    }),
    ...(replaceIfEqual && {
      replaceIfEqual: (key, expected, value, ttl) =>
        calls.guard("replaceIfEqual", key, () => replaceIfEqual.call(store, key, give(expected), give(value), ttl)),
    }),
  }
}

function batchesOf(store: Backend<unknown>, calls: Calls, give: Exchange["give"], take: Exchange["take"]): Methods {
  const { getMany, setMany, deleteMany } = store
  const given = ({ key, value }: Entry<unknown>): Entry<unknown> => ({ key, value: give(value) })
  return {
    ...(getMany && {
      getMany: async (keys) => {
        const answers = await calls.guard("getMany", keys[0], () => getMany.call(store, keys))
        return answers.map((answer, index) => take(keys[index] as string, answer))
      },
    }),
    ...(setMany && {
      setMany: (entries, ttl) =>
        calls.guard("setMany", entries[0]?.key, () => setMany.call(store, entries.map(given), ttl)),
    }),
    ...(deleteMany && {
      deleteMany: (keys) => calls.guard("deleteMany", keys[0], () => deleteMany.call(store, keys)),
    }),
  }
}

function othersOf(store: Backend<unknown>, calls: Calls): Methods {
  const { clear, keys, ttl, prune, stats, ping } = store
  return {
    ...(clear && { clear: (prefix) => calls.guard("clear", undefined, () => clear.call(store, prefix)) }),
    // `Calls.stream` bounds it, and does not start it while the store is down.
    ...(keys && { keys: (prefix) => keys.call(store, prefix) }),
    ...(ttl && { ttl: (key) => calls.guard("ttl", key, () => ttl.call(store, key)) }),
    ...(prune && { prune: () => calls.guard("prune", undefined, () => prune.call(store)) }),
    ...(stats && { stats: () => calls.guard("stats", undefined, () => stats.call(store)) }),
    ...(ping && { ping: () => calls.guard("ping", undefined, () => ping.call(store)) }),
  }
}

/** A TypeError or RangeError is a result that the contract defines, not a failure of the store. */
function asAnswer(error: unknown): Error {
  if (error instanceof TypeError || error instanceof RangeError) return error
  throw error
}
