import type { Backend } from "./backend.js"
import { getMany } from "./batches.js"
import type { DirtyKeys } from "./dirty-keys.js"
import type { Guard } from "./envelope.js"

/** Up to this many keys, a linear search is used. */
const FEW_KEYS = 8

const noKeys: readonly string[] = []

/** What a store has for the requested keys. */
export class Answers {
  /** For keys that are all different. */
  static of(keys: readonly string[], values: readonly unknown[]): Answers {
    const answers = new Answers()
    answers.add(keys)
    answers.values = values
    return answers
  }

  readonly keys: string[] = []
  /** In the order of the keys, once they have arrived. */
  values: readonly unknown[] = []
  readonly #dirty: DirtyKeys | undefined
  /** Keys that were dirty when requested: what is read may be older than their removal. */
  #outdated: Set<string> | undefined
  readonly #tokens: (string | undefined)[] = []
  /** The index of each key, if there are many. */
  #places: Map<string, number> | undefined
  /** Lists that were added, and guards found to be current, if there are many keys: entries often share them. */
  #known: Set<readonly unknown[]> | undefined

  constructor(dirty?: DirtyKeys) {
    this.#dirty = dirty
  }

  /** Requests keys; each is requested only once. */
  add(keys: readonly string[]): void {
    for (const key of keys) this.addOne(key)
  }

  /** Requests a list of keys that entries may share. */
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

  /** What is stored; `undefined` for a key that is missing, was not requested, or was dirty then. */
  get(key: string): unknown {
    const place = this.#placeOf(key)
    return place === undefined || this.#outdated?.has(key) === true ? undefined : this.values[place]
  }

  /** A stored token, decoded once for all callers. */
  token(key: string, decode: (stored: unknown) => string | undefined): string | undefined {
    const place = this.#placeOf(key)
    if (place === undefined) return undefined
    this.#tokens[place] ??= decode(this.values[place])
    return this.#tokens[place]
  }

  /** The key of the first guard whose token is different, or was not requested. */
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
 * Reads everything requested in one turn of the event loop with one call of the backend: an entry and the tokens that it
 * depends on cost one round trip, and callers that need the same token share its read.
 */
export class ReadBatch {
  readonly #backend: Backend<unknown>
  readonly #bound: Bound
  readonly #dirty: DirtyKeys | undefined
  #pending: Pending | undefined
  #turn = 0

  /** `bound` may end the wait for a read that takes too long. Nothing is returned for `dirty` keys. */
  constructor(backend: Backend<unknown>, bound: Bound = (reading) => reading, dirty?: DirtyKeys) {
    this.#backend = backend
    this.#bound = bound
    this.#dirty = dirty
  }

  /** Changes when a read is sent: all requests of one turn share one read. */
  get turn(): number {
    return this.#turn
  }

  /** `read` for one entry, the tokens that it is known to need, and more keys; entries may share both lists. */
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

  /** What the store has for the keys, and for those that others requested in the same turn. */
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
    // Continues when the callers of this turn have added their keys.
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
