import type { Backend } from "./backend.js"
import { getMany } from "./batches.js"

/** Up to so many keys are found by looking at each. */
const FEW_KEYS = 8

const noKeys: readonly string[] = []

/** What a store has for some keys. */
export class Answers {
  readonly keys: string[] = []
  /** In the order of the keys, once they have come. */
  values: readonly unknown[] = []
  /** Where each key is, when there are many. */
  #places: Map<string, number> | undefined

  /** Asks for more; what is asked for already is asked for once. */
  add(keys: readonly string[]): void {
    for (const key of keys) {
      if (this.has(key)) continue
      this.#places?.set(key, this.keys.length)
      this.keys.push(key)
      if (this.keys.length > FEW_KEYS) this.#places ??= new Map(this.keys.map((known, place) => [known, place]))
    }
  }

  has(key: string): boolean {
    return this.#placeOf(key) !== undefined
  }

  /** What is stored; `undefined` for a key that the store lacks, or that was not asked for. */
  get(key: string): unknown {
    const place = this.#placeOf(key)
    return place === undefined ? undefined : this.values[place]
  }

  #placeOf(key: string): number | undefined {
    if (this.#places !== undefined) return this.#places.get(key)
    const place = this.keys.indexOf(key)
    return place === -1 ? undefined : place
  }
}

interface Pending {
  readonly answers: Answers
  readonly fetched: Promise<Answers>
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

  /** What the store has for the keys, and for those that others asked for along with them. */
  read(keys: readonly string[], more: readonly string[] = noKeys): Promise<Answers> {
    this.#pending ??= this.#open()
    const { answers, fetched } = this.#pending
    answers.add(keys)
    answers.add(more)
    return fetched
  }

  #open(): Pending {
    const answers = new Answers()
    return { answers, fetched: this.#fetch(answers) }
  }

  async #fetch(answers: Answers): Promise<Answers> {
    // It goes on when the callers of this turn have added their keys.
    await undefined
    this.#pending = undefined
    const [first] = answers.keys
    answers.values =
      first !== undefined && answers.keys.length === 1
        ? [await this.#backend.get(first)]
        : await getMany(this.#backend, answers.keys)
    return answers
  }
}
