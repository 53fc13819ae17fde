import type { Backend } from "./backend.js"
import type { Entries } from "./entries.js"

/** Resolves with the sum, `undefined` if there is no live entry, or the error that explains why there is no sum. */
export function incrEntry(
  { backend, entries }: { readonly backend: Backend<unknown>; readonly entries: Entries },
  incr: NonNullable<Backend<unknown>["incr"]>,
  key: string,
  finalKey: string,
  delta: number,
): Promise<number | undefined | Error> {
  // A TypeError or RangeError is a result that the contract defines, not a failure of the store.
  return incr.call(backend, finalKey, delta).catch(async (cause: unknown) => {
    const name = JSON.stringify(key)
    if (cause instanceof RangeError) return new RangeError(`The sum for ${name} is not a safe integer`, { cause })
    if (!(cause instanceof TypeError)) throw cause
    const { state, header } = await entries.inspect(finalKey, undefined)
    if (state !== "fresh") return undefined
    const reason = header.guards === undefined && header.freshUntil === undefined ? "" : explanation
    return new TypeError(`The value of ${name} is not an integer${reason}`, { cause })
  })
}

const explanation =
  " that the store can count: it carries tags or a time to be stale. Keep counters plain; a namespace invalidates them too"
