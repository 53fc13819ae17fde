import { hash } from "node:crypto"
import { BoundedMap } from "./bounded-map.js"
import type { Answers } from "./read-batch.js"
import { randomToken, type Tokens } from "./tokens.js"

/** The kind of a namespace's reserved key; that of the whole cache has no names. */
export const NAMESPACE = "n"

/** How many namespaces a process remembers the generation of. */
const MOST_GENERATIONS = 10_000

/** Whether work leaves something behind, which needs a generation that others find too. */
export type Access = "read" | "write"

/**
 * Work on the entries of one generation. `confirmed` answers whether the generation was still the current one when the
 * work began; if not, the work is done again under the new one and its answer is dropped. `unknown`: the store does not
 * tell the generation, and the one that is given is nobody's.
 */
export type ScopedWork<Result> = (generation: string, confirmed: Promise<boolean>, unknown: boolean) => Promise<Result>

/** Asks the store for the generation; may answer `undefined` for one that does not tell. */
export type Asking = (question: () => Promise<string>) => Promise<string | undefined>

/** What the tokens of a namespace, and of those around it, come to. */
export interface Generation {
  /** What the final keys of its entries carry. */
  readonly id: string
  /** One a level. */
  readonly tokens: readonly string[]
}

/** A question for the current generation, which others of its turn share. */
interface Asked {
  readonly turn: number
  readonly current: Promise<string>
}

/** What stands for the generation of every namespace while the store does not tell it, until one of them is cleared. */
interface Nowhere {
  generation: string
}

/**
 * What one token a level makes of keys: entries of a namespace carry its generation, a digest of its tokens, in their
 * final keys. A new token makes a new generation, and all that was under the old one is out of reach at once, while `add`,
 * `incr` and `touch` stay what they are in the store.
 */
export class Scope {
  /** One a level, the innermost last. */
  readonly tokenKeys: readonly string[]
  readonly #tokens: Tokens
  readonly #generations: BoundedMap<string, Generation>
  readonly #nowhere: Nowhere
  readonly #innermost: string
  readonly #asked: Partial<Record<Access, Asked>> = {}

  constructor(
    tokenKeys: readonly string[],
    tokens: Tokens,
    generations: BoundedMap<string, Generation>,
    nowhere: Nowhere,
  ) {
    this.tokenKeys = tokenKeys
    this.#tokens = tokens
    this.#generations = generations
    this.#nowhere = nowhere
    this.#innermost = tokenKeys.at(-1) as string
  }

  /** The generation that this process saw last. */
  get known(): Generation | undefined {
    return this.#generations.get(this.#innermost)
  }

  /** What to work under while the store does not tell the generation: nobody else's, and another one after a `clear`. */
  get nowhere(): string {
    return this.#nowhere.generation
  }

  /** Whether the answers, which have the tokens among them, are those of this generation. */
  isCurrent({ tokens }: Generation, answers: Answers): boolean {
    return this.tokenKeys.every((tokenKey, level) => this.#tokens.in(answers, tokenKey) === tokens[level])
  }

  /** The same, as far as `getAtOnce` tells. */
  isCurrentAtOnce({ tokens }: Generation): boolean {
    return this.tokenKeys.every((tokenKey, level) => this.#tokens.atOnce(tokenKey) === tokens[level])
  }

  /** Call it when something is written under a generation that was not asked for with `"write"`. */
  renew(): void {
    for (const tokenKey of this.tokenKeys) this.#tokens.renew(tokenKey)
  }

  /**
   * Works under the current generation. The one that this process saw last is tried at once, while the store is asked:
   * both are one round trip, and the tokens hardly ever change.
   */
  async run<Result>(access: Access, work: ScopedWork<Result>, ask: Asking = (question) => question()): Promise<Result> {
    const { known } = this
    const asked = ask(() => this.current(access))
    if (known === undefined) return this.#under(await asked, work)
    const confirmed = asked.then((current) => current === known.id)
    // Whoever waits for the answers sees the failures too.
    confirmed.catch(() => undefined)
    const tried = work(known.id, confirmed, false)
    tried.catch(() => undefined)
    return (await confirmed) ? tried : this.#under(await asked, work)
  }

  /**
   * The same for one write. Work under a generation that was not the current one any more is done again, even when it
   * failed.
   */
  async write<Result>(work: (generation: string) => Promise<Result>): Promise<Result> {
    const { known } = this
    const asked = this.current("write")
    if (known === undefined) return work(await asked)
    let result: Result
    try {
      result = await work(known.id)
    } catch (error) {
      const current = await asked
      if (current !== known.id) return work(current)
      throw error
    }
    const current = await asked
    return current === known.id ? result : work(current)
  }

  /** Puts all entries out of reach, those of inner namespaces too. */
  async clear(): Promise<void> {
    this.#generations.delete(this.#innermost)
    try {
      await this.#tokens.replace([this.#innermost])
    } finally {
      // Somebody may have learnt the old one meanwhile.
      this.#generations.delete(this.#innermost)
      this.#nowhere.generation = randomToken()
    }
  }

  /** What the store tells. All who ask in one turn of the event loop share the answer. */
  current(access: Access): Promise<string> {
    const { turn } = this.#tokens
    const asked = this.#asked[access]
    if (asked?.turn === turn) return asked.current
    const current = this.#ask(access)
    // Whoever waits for it sees its failure too, and may wait for something else first.
    current.catch(() => undefined)
    this.#asked[access] = { turn, current }
    return current
  }

  async #ask(access: Access): Promise<string> {
    const answers = await this.#tokens.fetch(this.tokenKeys)
    const { known } = this
    // As it nearly always is.
    if (known !== undefined && this.isCurrent(known, answers)) {
      if (access === "write") this.renew()
      return known.id
    }
    if (access === "write") return this.#note(await this.#tokens.ensureIn(answers, this.tokenKeys))
    const tokens = this.#tokens.allIn(answers, this.tokenKeys)
    // Nothing was ever written here, or it is out of reach by now: a generation of nobody's finds nothing, as it should.
    return tokens.every((token) => token !== undefined) ? this.#note(tokens) : randomToken()
  }

  #under<Result>(generation: string | undefined, work: ScopedWork<Result>): Promise<Result> {
    const unknown = generation === undefined
    return work(generation ?? this.nowhere, Promise.resolve(true), unknown)
  }

  #note(tokens: readonly string[]): string {
    const id = generationOf(tokens)
    this.#generations.set(this.#innermost, { id, tokens })
    return id
  }
}

/** The scopes of one cache, by the names of their levels. */
export class Scopes {
  readonly #tokens: Tokens
  readonly #reserve: (kind: string, names: readonly string[]) => string
  readonly #rooted: boolean
  readonly #generations = new BoundedMap<string, Generation>(MOST_GENERATIONS)
  readonly #nowhere: Nowhere = { generation: randomToken() }

  /** `rooted`: the entries outside all namespaces have a generation too, since nothing else could clear them. */
  constructor(tokens: Tokens, reserve: (kind: string, names: readonly string[]) => string, rooted: boolean) {
    this.#tokens = tokens
    this.#reserve = reserve
    this.#rooted = rooted
  }

  /** `undefined` outside all namespaces, where keys are what they are. */
  of(path: readonly string[]): Scope | undefined {
    if (path.length === 0 && !this.#rooted) return undefined
    const levels = path.map((_, level) => path.slice(0, level + 1))
    const tokenKeys = [...(this.#rooted ? [[]] : []), ...levels].map((names) => this.#reserve(NAMESPACE, names))
    return new Scope(tokenKeys, this.#tokens, this.#generations, this.#nowhere)
  }
}

function generationOf(tokens: readonly string[]): string {
  // A single token is as good as its digest, and all are of one length.
  return tokens.length === 1 ? (tokens[0] as string) : hash("sha256", tokens.join(), "base64url").slice(0, 22)
}
