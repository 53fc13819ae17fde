import { hash } from "node:crypto"
import { BoundedMap } from "./bounded-map.js"
import type { Answers } from "./read-batch.js"
import { randomToken, type Tokens } from "./tokens.js"

/** The kind of a namespace's reserved key; for the whole cache, the path is empty. */
export const NAMESPACE = "n"

/** Number of namespaces whose generations a process remembers. */
const MOST_GENERATIONS = 10_000

/** Work that writes needs a generation that other processes find, too. */
export type Access = "read" | "write"

/**
 * Work on the entries of one generation. `confirmed` resolves to whether the generation was still current when the work
 * began; if not, its result is dropped and the work is repeated under the new one. `unknown`: the store did not return the
 * generation, and the given one is used by no other process.
 */
export type ScopedWork<Result> = (generation: string, confirmed: Promise<boolean>, unknown: boolean) => Promise<Result>

/** Reads the generation from the store; may resolve with `undefined` if that fails. */
export type Asking = (question: () => Promise<string>) => Promise<string | undefined>

/** The generation of a namespace, from its tokens and those of the namespaces around it. */
export interface Generation {
  /** What the final keys of its entries contain. */
  readonly id: string
  /** One per level. */
  readonly tokens: readonly string[]
}

/** A read of the current generation, shared by all callers of its turn. */
interface Asked {
  readonly turn: number
  readonly current: Promise<string>
}

/** Stands in for the generation of every namespace while the store fails, until one of them is cleared. */
interface Nowhere {
  generation: string
}

/**
 * A namespace, with one token per level: the final keys of its entries contain its generation, a digest of its tokens. A new
 * token makes a new generation, and all entries of the old one become unreachable at once, while `add`, `incr` and `touch`
 * remain those of the store.
 */
export class Scope {
  /** One per level, the innermost last. */
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

  /** A generation to use while the store fails: no other process has it, and it changes after a `clear`. */
  get nowhere(): string {
    return this.#nowhere.generation
  }

  /** Whether the tokens that were read are those of this generation. */
  isCurrent({ tokens }: Generation, answers: Answers): boolean {
    return this.tokenKeys.every((tokenKey, level) => this.#tokens.in(answers, tokenKey) === tokens[level])
  }

  /** The same, for tokens that can be read synchronously. */
  isCurrentAtOnce({ tokens }: Generation): boolean {
    return this.tokenKeys.every((tokenKey, level) => this.#tokens.atOnce(tokenKey) === tokens[level])
  }

  /** Call it when writing under a generation that was not read with `"write"`. */
  renew(): void {
    for (const tokenKey of this.tokenKeys) this.#tokens.renew(tokenKey)
  }

  /**
   * Works under the current generation. The one that this process saw last is tried while the store is asked: both take one
   * round trip, and the tokens rarely change.
   */
  async run<Result>(access: Access, work: ScopedWork<Result>, ask: Asking = (question) => question()): Promise<Result> {
    const { known } = this
    const asked = ask(() => this.current(access))
    if (known === undefined) return this.#under(await asked, work)
    const confirmed = asked.then((current) => current === known.id)
    // Those who await the results see the failures, too.
    confirmed.catch(() => undefined)
    const tried = work(known.id, confirmed, false)
    tried.catch(() => undefined)
    return (await confirmed) ? tried : this.#under(await asked, work)
  }

  /**
   * The same for one write. Work under a generation that was no longer current is repeated, even if it failed.
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

  /** Makes all entries unreachable, including those of inner namespaces. */
  async clear(): Promise<void> {
    this.#generations.delete(this.#innermost)
    try {
      await this.#tokens.replace([this.#innermost])
    } finally {
      // The old one may have been read meanwhile.
      this.#generations.delete(this.#innermost)
      this.#nowhere.generation = randomToken()
    }
  }

  /** Reads the generation from the store. All callers of one turn of the event loop share the result. */
  current(access: Access): Promise<string> {
    const { turn } = this.#tokens
    const asked = this.#asked[access]
    if (asked?.turn === turn) return asked.current
    const current = this.#ask(access)
    // Those who await it see its failure, too, and may await something else first.
    current.catch(() => undefined)
    this.#asked[access] = { turn, current }
    return current
  }

  async #ask(access: Access): Promise<string> {
    const answers = await this.#tokens.fetch(this.tokenKeys)
    const { known } = this
    // The usual case.
    if (known !== undefined && this.isCurrent(known, answers)) {
      if (access === "write") this.renew()
      return known.id
    }
    if (access === "write") return this.#note(await this.#tokens.ensureIn(answers, this.tokenKeys))
    const tokens = this.#tokens.allIn(answers, this.tokenKeys)
    // Nothing was written here, or it is unreachable by now: an unused generation finds nothing, as it should.
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

  /** `undefined` outside all namespaces, where keys have no generation. */
  of(path: readonly string[]): Scope | undefined {
    if (path.length === 0 && !this.#rooted) return undefined
    const levels = path.map((_, level) => path.slice(0, level + 1))
    const tokenKeys = [...(this.#rooted ? [[]] : []), ...levels].map((names) => this.#reserve(NAMESPACE, names))
    return new Scope(tokenKeys, this.#tokens, this.#generations, this.#nowhere)
  }
}

function generationOf(tokens: readonly string[]): string {
  // A single token needs no digest, and has the same length.
  return tokens.length === 1 ? (tokens[0] as string) : hash("sha256", tokens.join(), "base64url").slice(0, 22)
}
