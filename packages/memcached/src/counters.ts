import { readForChange, repeatUntilAlone } from "./compare-and-swap.js"
import type { Connection } from "./connection.js"
import { integerIn, safeSum } from "./decimal-sum.js"
import { getEnd } from "./entry-end.js"
import { type KnownNumber, KnownNumbers } from "./known-numbers.js"
import { MemcachedError } from "./memcached-error.js"
import { addToNumber, type StoredEntry, store } from "./meta-commands.js"

/** Number of counters remembered: a few megabytes with the longest keys. */
const mostKnown = 10_000

interface Increment {
  readonly delta: number
  readonly resolve: (sum: number | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Adds to integers, exactly and in the whole safe range; the server's own arithmetic stops at zero, pads with blanks and
 * reads blanks as digits. Concurrent increments of one key in this process are one change of the entry. Each is conditional
 * on a token: that of this process's last change (one round trip), or of a read (two).
 */
export class Counters {
  readonly #waiting = new Map<string, Increment[]>()
  readonly #known = new KnownNumbers(mostKnown)
  readonly #maxPending: number

  /** Maximum number of increments of one key that wait. */
  constructor(maxPending: number) {
    this.#maxPending = maxPending
  }

  /** Resolves with the sum, `undefined` if there is no entry. `key` is from `wireKey`. */
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

  /** Makes the waiting increments, and those added meanwhile. Never rejects. */
  async #work(connection: Connection, key: string): Promise<void> {
    for (;;) {
      const increments = this.#waiting.get(key) ?? []
      if (increments.length === 0) break
      this.#waiting.set(key, [])
      try {
        const settle =
          (await this.#attemptKnown(connection, key, increments)) ??
          (await repeatUntilAlone(() => this.#attempt(connection, key, increments)))
        settle()
      } catch (error) {
        for (const { reject } of increments) reject(error)
      }
    }
    this.#waiting.delete(key)
  }

  /** Makes the increments of an entry that only this process changes. Returns as `#attempt`. */
  async #attemptKnown(
    connection: Connection,
    key: string,
    increments: readonly Increment[],
  ): Promise<(() => void) | undefined> {
    const known = this.#known.get(key)
    if (known === undefined || !known.isOurs || known.session !== connection.session) return undefined
    const { sum, settle } = sumUp(known.number, increments)
    return isAddable(known.number, sum) && (await this.#add(connection, key, known, sum)) ? settle : undefined
  }

  /** Makes the increments. Returns how to settle their callers; `undefined` if the entry changed meanwhile. */
  async #attempt(
    connection: Connection,
    key: string,
    increments: readonly Increment[],
  ): Promise<(() => void) | undefined> {
    const { session } = connection
    const known = this.#known.get(key)
    const entry = await readForChange(connection, key)
    if (entry === undefined) {
      return () => {
        for (const { resolve } of increments) resolve(undefined)
      }
    }
    const number = integerIn(entry.value)
    const { sum, settle } = sumUp(number, increments)
    if (sum === number) return settle
    if (!isAddable(number, sum)) return (await replace(connection, key, entry, sum)) ? settle : undefined
    const { token } = entry
    // A counter that others change, too, is read first, or every second change would take three round trips.
    const isOurs = known === undefined || known.token === token
    return (await this.#add(connection, key, { number, token, session, isOurs }, sum)) ? settle : undefined
  }

  /** Adds up to the sum if the entry is the known one, and remembers the result. */
  async #add(connection: Connection, key: string, known: KnownNumber, sum: number): Promise<boolean> {
    const { number, session, isOurs } = known
    const token = await connection.request(addToNumber(key, known.token, sum - number))
    const isCurrent = token !== undefined
    this.#known.set(key, isCurrent ? { number: sum, token, session, isOurs } : { ...known, isOurs: false })
    return isCurrent
  }
}

/** Makes the increments in order. Returns the last sum, and how to settle each caller. */
function sumUp(number: number, increments: readonly Increment[]): { sum: number; settle: () => void } {
  let sum = number
  const outcomes = increments.map(({ delta, resolve, reject }) => {
    try {
      const own = safeSum(sum, delta)
      sum = own
      return () => resolve(own)
    } catch (error) {
      return () => reject(error)
    }
  })
  return {
    sum,
    settle() {
      for (const tell of outcomes) tell()
    },
  }
}

/** Whether the server's arithmetic gives this sum. It pads results that become shorter with blanks. */
function isAddable(number: number, sum: number): boolean {
  return sum !== number && number >= 0 && sum >= 0 && String(sum).length >= String(number).length
}

/** Replaces the entry by the sum and keeps its expiry. False if the entry has changed. */
async function replace(
  connection: Connection,
  key: string,
  { token, secondsLeft }: StoredEntry,
  sum: number,
): Promise<boolean> {
  const end = secondsLeft === -1 ? 0 : await connection.request(getEnd(key, token))
  if (end === undefined) return false
  return connection.request(store({ key, value: Buffer.from(String(sum)) }, end, `C${token}`))
}
