import { readForChange, repeatUntilAlone } from "./compare-and-swap.js"
import type { Connection } from "./connection.js"
import { integerIn, safeSum } from "./decimal-sum.js"
import { getEnd } from "./entry-end.js"
import { MemcachedError } from "./memcached-error.js"
import { addToNumber, type StoredEntry, store } from "./meta-commands.js"

interface Increment {
  readonly delta: number
  readonly resolve: (sum: number | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Adds to integers, exactly and in the whole safe range, where the server's own arithmetic stops at zero, pads with blanks
 * and takes blanks for digits. Increments of one key that meet in this process are one change of the entry.
 */
export class Counters {
  readonly #waiting = new Map<string, Increment[]>()
  readonly #maxPending: number

  /** So many increments of one key may wait for their turn. */
  constructor(maxPending: number) {
    this.#maxPending = maxPending
  }

  /** The sum, `undefined` where there is no entry. `key` is that of `wireKey`. */
  add(connection: Connection, key: string, delta: number): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const increment = { delta, resolve, reject }
      const waiting = this.#waiting.get(key)
      if (waiting === undefined) {
        this.#waiting.set(key, [increment])
        void this.#work(connection, key)
      } else if (waiting.length < this.#maxPending) waiting.push(increment)
      else {
        const message = `${waiting.length} increments of one key wait for Memcached already (maxPending)`
        reject(new MemcachedError("OVERLOADED", message))
      }
    })
  }

  /** Makes the waiting increments, and those that come meanwhile. Never rejects. */
  async #work(connection: Connection, key: string): Promise<void> {
    for (;;) {
      const increments = this.#waiting.get(key) ?? []
      if (increments.length === 0) break
      this.#waiting.set(key, [])
      try {
        const settle = await repeatUntilAlone(() => attempt(connection, key, increments))
        settle()
      } catch (error) {
        for (const { reject } of increments) reject(error)
      }
    }
    this.#waiting.delete(key)
  }
}

/** Makes the increments in their order. Answers how to tell their callers; `undefined` when the entry changed meanwhile. */
async function attempt(
  connection: Connection,
  key: string,
  increments: readonly Increment[],
): Promise<(() => void) | undefined> {
  const entry = await readForChange(connection, key)
  if (entry === undefined) {
    return () => {
      for (const { resolve } of increments) resolve(undefined)
    }
  }
  const before = integerIn(entry.value)
  let sum = before
  const outcomes = increments.map(({ delta, resolve, reject }) => {
    try {
      const own = safeSum(sum, delta)
      sum = own
      return () => resolve(own)
    } catch (error) {
      return () => reject(error)
    }
  })
  if (sum !== before && !(await replace(connection, key, entry, before, sum))) return undefined
  return () => {
    for (const tell of outcomes) tell()
  }
}

/** Puts the sum where the entry was, which keeps its end. False when the entry is not the same any more. */
async function replace(
  connection: Connection,
  key: string,
  { token, secondsLeft }: StoredEntry,
  before: number,
  sum: number,
): Promise<boolean> {
  const digits = String(sum)
  // A shorter number would get blanks behind it.
  if (before >= 0 && sum >= 0 && digits.length >= String(before).length) {
    return connection.request(addToNumber(key, token, sum - before))
  }
  const end = secondsLeft === -1 ? 0 : await connection.request(getEnd(key, token))
  if (end === undefined) return false
  return connection.request(store({ key, value: Buffer.from(digits) }, end, `C${token}`))
}
