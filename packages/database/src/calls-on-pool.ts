import { clientClosed } from "./client-closed.js"

/** What is used of a pool of `pg`. */
export interface EndingPool {
  /** How many connections it has. */
  readonly totalCount: number
  /** Whether `end()` was called. */
  readonly ending?: boolean
  on?(event: "remove", listener: () => void): unknown
}

type Reject = (error: Error) => void

const callsByPool = new WeakMap<EndingPool, Set<Reject>>()

/**
 * The `reject`s of the calls in flight on a pool, of all its backends. A pool that is ended never settles the calls that
 * wait for a connection: they are rejected here, as soon as it has closed its last connection and no call can be running.
 */
export function callsOn(pool: EndingPool): Set<Reject> {
  const known = callsByPool.get(pool)
  if (known !== undefined) return known
  const calls = new Set<Reject>()
  callsByPool.set(pool, calls)
  pool.on?.("remove", () => {
    if (!pool.ending || pool.totalCount > 0) return
    for (const reject of calls) reject(clientClosed())
    calls.clear()
  })
  return calls
}
