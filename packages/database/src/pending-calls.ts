import { clientClosed } from "./client-closed.js"

/** The part of a `Pool` of `pg` that shows when it has ended. */
export interface EndingPool {
  /** The number of connections, including those that are being opened. */
  readonly totalCount: number
  /** Whether `end()` was called. */
  readonly ending?: boolean
  on?(event: "remove", listener: () => void): unknown
}

type Reject = (error: unknown) => void

const callsByPool = new WeakMap<EndingPool, PendingCalls>()

/** The pending calls on a pool, shared by all backends that use it. */
export function pendingCallsOn(pool: EndingPool): PendingCalls {
  const known = callsByPool.get(pool)
  if (known !== undefined) return known
  const calls = new PendingCalls(pool)
  callsByPool.set(pool, calls)
  return calls
}

/**
 * A pool that was ended never settles the calls that are queued for a connection. They are rejected here once the pool has no
 * connection left, when no call can be running. The pool emits `remove` for each connection that it closes, but nothing for
 * one that could not be opened: only the call that needed it learns of that. So failed calls look, too.
 */
export class PendingCalls {
  readonly #pool: EndingPool
  readonly #rejects = new Set<Reject>()

  constructor(pool: EndingPool) {
    this.#pool = pool
    pool.on?.("remove", () => this.#rejectQueued())
  }

  get count(): number {
    return this.#rejects.size
  }

  add(reject: Reject): void {
    this.#rejects.add(reject)
  }

  succeeded(reject: Reject): void {
    this.#rejects.delete(reject)
  }

  /** Rejects the call. */
  failed(reject: Reject, error: unknown): void {
    this.#rejects.delete(reject)
    reject(error)
    this.#rejectQueued()
  }

  #rejectQueued(): void {
    if (!this.#pool.ending || this.#pool.totalCount > 0) return
    for (const reject of this.#rejects) reject(clientClosed())
    this.#rejects.clear()
  }
}
