import type { Backend } from "./backend.js"
import { getMany } from "./batches.js"

interface Pending {
  readonly keys: Set<string>
  readonly answers: Promise<ReadonlyMap<string, unknown>>
}

/**
 * Reads what was asked for in one turn of the event loop with one call of the backend: an entry and the tokens that it
 * depends on cost one round trip, and callers that need the same token share its read.
 */
export class ReadBatch {
  readonly #backend: Backend<unknown>
  #pending: Pending | undefined

  constructor(backend: Backend<unknown>) {
    this.#backend = backend
  }

  /** What the store has for the keys, by key; a key that it lacks is `undefined`. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    this.#pending ??= this.#open()
    for (const key of keys) this.#pending.keys.add(key)
    return this.#pending.answers
  }

  #open(): Pending {
    const keys = new Set<string>()
    // The microtask runs when the callers of this turn have added their keys.
    const answers = Promise.resolve().then(() => {
      this.#pending = undefined
      return this.#fetch([...keys])
    })
    return { keys, answers }
  }

  async #fetch(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const [first] = keys
    if (first === undefined) return new Map()
    if (keys.length === 1) return new Map([[first, await this.#backend.get(first)]])
    const answers = await getMany(this.#backend, keys)
    return new Map(keys.map((key, index) => [key, answers[index]]))
  }
}
