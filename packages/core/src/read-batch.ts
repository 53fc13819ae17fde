import type { Backend } from "./backend.js"
import { getMany } from "./batches.js"
import type { DirtyKeys } from "./dirty-keys.js"
import type { Guard } from "./envelope.js"

/** Up to so many keys are found by looking at each. */
const FEW_KEYS = 8

const noKeys: readonly string[] = []

/** What a store has for some keys. */
export class Answers {
  /** Of keys that are all different. */
  static of(keys: readonly string[], values: readonly unknown[]): Answers {
    const answers = new Answers()
    answers.add(keys)
    answers.values = values
    return answers
  }

  readonly keys: string[] = []
  /** In the order of the keys, once they have come. */
  values: readonly unknown[] = []
  readonly #dirty: DirtyKeys | undefined
  /** Keys that were dirty when they were asked for: what is read of them may be from before they were removed. */
  #outdated: Set<string> | undefined
  readonly #tokens: (string | undefined)[] = []
  /** Where each key is, when there are many. */
  #places: Map<string, number> | undefined
  /** Lists that were added whole, and guards that were found current, when there are many keys: many entries have the same. */
  #known: Set<readonly unknown[]> | undefined

  constructor(dirty?: DirtyKeys) {
    this.#dirty = dirty
  }

  /** Asks for more; what is asked for already is asked for once. */
  add(keys: readonly string[]): void {
    for (const key of keys) this.addOne(key)
  }

  /** Asks for more, by a list that many ask for. */
  addList(keys: readonly string[]): void {
    if (this.#isKnown(keys)) return
    this.add(keys)
    this.#note(keys)
  }

  addOne(key: string): void {
    if (this.#dirty?.has(key) === true) {
      this.#outdated ??= new Set()
      this.#outdated.add(key)
    }
    if (this.has(key)) return
    this.#places?.set(key, this.keys.length)
    this.keys.push(key)
    if (this.keys.length > FEW_KEYS) this.#places ??= new Map(this.keys.map((known, place) => [known, place]))
  }

  has(key: string): boolean {
    return this.#placeOf(key) !== undefined
  }

  /** What is stored; `undefined` for a key that the store lacks, that was not asked for, or was dirty then. */
  get(key: string): unknown {
    const place = this.#placeOf(key)
    return place === undefined || this.#outdated?.has(key) === true ? undefined : this.values[place]
  }

  /** What is stored, decoded once for all who ask. */
  token(key: string, decode: (stored: unknown) => string | undefined): string | undefined {
    const place = this.#placeOf(key)
    if (place === undefined) return undefined
    this.#tokens[place] ??= decode(this.values[place])
    return this.#tokens[place]
  }

  /** The key of the first guard whose token is another, or was not asked for. */
  firstOther(guards: readonly Guard[], decode: (stored: unknown) => string | undefined): string | undefined {
    if (this.#isKnown(guards)) return undefined
    for (const [tokenKey, token] of guards) if (this.token(tokenKey, decode) !== token) return tokenKey
    this.#note(guards)
    return undefined
  }

  #isKnown(list: readonly unknown[]): boolean {
    return this.#known?.has(list) === true
  }

  #note(list: readonly unknown[]): void {
    if (this.#places === undefined) return
    this.#known ??= new Set()
    this.#known.add(list)
  }

  #placeOf(key: string): number | undefined {
    if (this.#places !== undefined) return this.#places.get(key)
    const place = this.keys.indexOf(key)
    return place === -1 ? undefined : place
  }
}

type Bound = <Answer>(reading: Promise<Answer>) => Promise<Answer>

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
  readonly #bound: Bound
  readonly #dirty: DirtyKeys | undefined
  #pending: Pending | undefined
  #turn = 0

  /** `bound` may end the wait for a read that takes too long. Of keys that are `dirty` nothing is answered. */
  constructor(backend: Backend<unknown>, bound: Bound = (reading) => reading, dirty?: DirtyKeys) {
    this.#backend = backend
    this.#bound = bound
    this.#dirty = dirty
  }

  /** Another number as soon as what was asked for is sent: what is asked for in one turn, one read answers. */
  get turn(): number {
    return this.#turn
  }

  /** `read` for one entry, what it is known to need, and what else is asked for; both lists are those of many. */
  readOne(
    key: string,
    tokenKeys: readonly string[] | undefined,
    more: readonly string[] | undefined,
  ): Promise<Answers> {
    this.#pending ??= this.#open()
    const { answers, fetched } = this.#pending
    answers.addOne(key)
    if (tokenKeys !== undefined) answers.addList(tokenKeys)
    if (more !== undefined) answers.addList(more)
    return fetched
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
    const answers = new Answers(this.#dirty)
    return { answers, fetched: this.#bound(this.#fetch(answers)) }
  }

  async #fetch(answers: Answers): Promise<Answers> {
    // It goes on when the callers of this turn have added their keys.
    await undefined
    this.#pending = undefined
    this.#turn++
    const [first] = answers.keys
    answers.values =
      first !== undefined && answers.keys.length === 1
        ? [await this.#backend.get(first)]
        : await getMany(this.#backend, answers.keys)
    return answers
  }
}
