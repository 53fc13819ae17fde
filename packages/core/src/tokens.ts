import { randomBytes } from "node:crypto"
import { getAtOnce } from "./at-once.js"
import type { Codec, CopyingBackend, Milliseconds } from "./backend.js"
import { setMany } from "./batches.js"
import { BoundedMap } from "./bounded-map.js"
import { byteCodec } from "./byte-codec.js"
import type { Answers, ReadBatch } from "./read-batch.js"

const DAY: Milliseconds = 86_400_000

/**
 * The longest that an entry that depends on tokens is kept. When its tokens change it becomes unreachable, and only its
 * expiry removes it.
 */
const LONGEST_GUARDED_TTL: Milliseconds = 30 * DAY

/** A token outlives every entry that was written under it since it was last renewed. */
const TOKEN_TTL: Milliseconds = 60 * DAY
const RENEWED_EVERY: Milliseconds = DAY
/** Number of tokens that a process remembers having renewed. */
const MOST_RENEWED = 10_000
/** 96 bits: no two are ever the same. */
const TOKEN_BYTES = 12
/** A token of another process may be evicted before it is read; after this many attempts, the store keeps nothing. */
const CREATE_ATTEMPTS = 3

/** Callbacks run when the current code has ended, and before any later write resolves. */
const turnsEnd: Promise<void> = Promise.resolve()

/** Makes a random token. Not a counter or a time, so that no old token can recur. */
export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url")
}

/**
 * Tokens, kept in the store under reserved keys. What is written under a token is alive while the token is current:
 * changing it invalidates any number of entries at once.
 */
export class Tokens {
  readonly #backend: CopyingBackend
  readonly #codec: Codec<unknown>
  readonly #batch: ReadBatch
  readonly #lasting: string
  /** Tokens that were read synchronously. */
  readonly #ofThisTurn = new Map<string, string>()
  readonly #renewed = new BoundedMap<string, number>(MOST_RENEWED)

  /** `lasting`: the one key whose token never expires. */
  constructor(backend: CopyingBackend, batch: ReadBatch, lasting: string) {
    this.#lasting = lasting
    this.#backend = backend
    this.#codec = backend.codec ?? byteCodec
    this.#batch = batch
  }

  /** See `ReadBatch`: requests with the same turn share one read. */
  get turn(): number {
    return this.#batch.turn
  }

  /** Reads tokens; `in` and `allIn` return them. */
  fetch(tokenKeys: readonly string[]): Promise<Answers> {
    return this.#batch.read(tokenKeys)
  }

  /** The current tokens, in the order of their keys; `undefined` for one that is missing or unreadable. */
  async read(tokenKeys: readonly string[]): Promise<(string | undefined)[]> {
    return tokenKeys.length === 0 ? [] : this.allIn(await this.fetch(tokenKeys), tokenKeys)
  }

  /** The current token, if it can be read synchronously; on a store of bytes, once per turn of the event loop. */
  atOnce(tokenKey: string): string | undefined {
    // A store of values is in memory, where reading costs less than remembering.
    if (this.#backend.codec !== undefined) return this.decode(getAtOnce(this.#backend, tokenKey))
    const known = this.#ofThisTurn.get(tokenKey)
    if (known !== undefined) return known
    const token = this.decode(getAtOnce(this.#backend, tokenKey))
    if (token === undefined) return undefined
    if (this.#ofThisTurn.size === 0) void turnsEnd.then(() => this.#ofThisTurn.clear())
    this.#ofThisTurn.set(tokenKey, token)
    return token
  }

  /** The token among what was read. */
  in(answers: Answers, tokenKey: string): string | undefined {
    return answers.token(tokenKey, this.decode)
  }

  /** The tokens among what was read, in the order of their keys. */
  allIn(answers: Answers, tokenKeys: readonly string[]): (string | undefined)[] {
    return tokenKeys.map((tokenKey) => this.in(answers, tokenKey))
  }

  /** The current tokens, in order to write under them: missing ones are created, old ones renewed. */
  async ensure(tokenKeys: readonly string[]): Promise<string[]> {
    return tokenKeys.length === 0 ? [] : this.ensureIn(await this.fetch(tokenKeys), tokenKeys)
  }

  /** `ensure` for what was read. */
  ensureIn(answers: Answers, tokenKeys: readonly string[]): Promise<string[]> {
    return Promise.all(
      tokenKeys.map((tokenKey) => {
        const token = this.in(answers, tokenKey)
        if (token === undefined) return this.#create(tokenKey)
        this.renew(tokenKey)
        return token
      }),
    )
  }

  /** Ensures that a token outlives what is written under it. */
  renew(tokenKey: string): void {
    if (tokenKey === this.#lasting || Date.now() - (this.#renewed.get(tokenKey) ?? 0) < RENEWED_EVERY) return
    this.#noteRenewed(tokenKey)
    // In the background: the token has weeks left. If it fails, a later write or another process renews it.
    this.#backend.touch?.(tokenKey, TOKEN_TTL).catch(() => this.#renewed.delete(tokenKey))
  }

  /** Replaces tokens, which invalidates everything written under the old ones. */
  async replace(tokenKeys: readonly string[]): Promise<string[]> {
    const [first, ...others] = tokenKeys
    if (first === undefined) return []
    const tokens = tokenKeys.map(randomToken)
    const entries = tokenKeys.map((key, index) => ({ key, value: this.#codec.encode(tokens[index]) }))
    // The lasting one is always replaced alone.
    if (others.length === 0) await this.#backend.set(first, entries[0]?.value, this.#ttlOf(first))
    else await setMany(this.#backend, entries, TOKEN_TTL)
    for (const tokenKey of tokenKeys) this.#noteRenewed(tokenKey)
    return tokens
  }

  /** The stored token; `undefined` if it is missing or unreadable. */
  readonly decode = (stored: unknown): string | undefined => {
    if (stored === undefined) return undefined
    try {
      const token = this.#codec.decode(stored)
      return typeof token === "string" ? token : undefined
    } catch {
      return undefined
    }
  }

  async #create(tokenKey: string): Promise<string> {
    const token = randomToken()
    const value = this.#codec.encode(token)
    for (let attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
      // Without `add`, the later of two creators wins, and the other's writes are not found: a miss, never stale.
      if (this.#backend.add === undefined) await this.#backend.set(tokenKey, value, this.#ttlOf(tokenKey))
      else if (!(await this.#backend.add(tokenKey, value, this.#ttlOf(tokenKey)))) {
        const stored = await this.#backend.get(tokenKey)
        const theirs = this.decode(stored)
        if (theirs !== undefined) return theirs
        // Not a token but a foreign value, which would be in the way for ever.
        if (stored !== undefined) await this.#backend.delete(tokenKey)
        continue
      }
      this.#noteRenewed(tokenKey)
      return token
    }
    return token
  }

  #ttlOf(tokenKey: string): Milliseconds | undefined {
    return tokenKey === this.#lasting ? undefined : TOKEN_TTL
  }

  #noteRenewed(tokenKey: string): void {
    this.#renewed.set(tokenKey, Date.now())
  }
}

/** How long an entry that depends on tokens is kept. */
export function guardedTtl(ttl: Milliseconds | undefined): Milliseconds {
  return ttl === undefined ? LONGEST_GUARDED_TTL : Math.min(ttl, LONGEST_GUARDED_TTL)
}
