import { describeValue } from "./describe-value.js"
import type { Guard } from "./envelope.js"
import { isIterable } from "./is-iterable.js"
import type { Tokens } from "./tokens.js"

/** Each tag costs some 50 bytes in the entry and one more key in its read. */
const MOST_TAGS = 64
/** Up to this many, a linear search costs half as much as a Set. */
const FEW_TAGS = 8

/** When this process requested a snapshot and when it had it, by a counter. */
interface Taking {
  readonly begin: number
  readonly end: number
}

let takings = 0

/**
 * The state of tags at one moment. Take it before reading data, and pass it to `set` with the value computed from them: if
 * one of its tags was invalidated since, nothing is stored, or what is stored is never served.
 */
export class TagSnapshot {
  /** The tokens of the tags that were known then. */
  readonly #tokens: ReadonlyMap<string, string>
  /** The token that every invalidation changes first: it guards tags that were not known then. */
  readonly #gate: Guard
  readonly #taking: Taking

  /** @internal Made by `snapshotTags` of a cache. */
  constructor(gate: Guard, tokens: ReadonlyMap<string, string>, taking: Taking) {
    this.#gate = gate
    this.#tokens = tokens
    this.#taking = taking
  }

  /** @internal */
  get gate(): Guard {
    return this.#gate
  }

  /** @internal Whether something may have been invalidated after this one was taken and before the other was. */
  isOutdatedAt(other: TagSnapshot): boolean {
    const [key, token] = other.#gate
    return this.#gate[0] === key && this.#gate[1] !== token && this.#taking.begin < other.#taking.end
  }

  /** @internal */
  tokenAt(tokenKey: string): string | undefined {
    return this.#tokens.get(tokenKey)
  }
}

/** The tags of one namespace, or of the cache outside all of them. */
export class Tags {
  readonly #tokens: Tokens
  readonly #path: readonly string[]
  readonly #reserve: (kind: string, names: readonly string[]) => string

  constructor(tokens: Tokens, reserve: (kind: string, names: readonly string[]) => string, path: readonly string[]) {
    this.#tokens = tokens
    this.#path = path
    this.#reserve = reserve
  }

  async snapshot(tags: readonly string[]): Promise<TagSnapshot> {
    const tokenKeys = [this.#gateKey, ...this.#tokenKeys(tags)]
    const begin = takings++
    const tokens = await this.#tokens.ensure(tokenKeys)
    const [gateKey, gate] = [tokenKeys[0] as string, tokens[0] as string]
    return new TagSnapshot(
      [gateKey, gate],
      new Map(tokenKeys.map((tokenKey, index) => [tokenKey, tokens[index] as string])),
      { begin, end: takings++ },
    )
  }

  /**
   * The guards of an entry with these tags. With a snapshot, as of that moment; `undefined` if tags that the snapshot does not
   * cover may have been invalidated since: the value may be older than that.
   */
  async guards(tags: readonly string[], snapshot?: TagSnapshot | undefined): Promise<readonly Guard[] | undefined> {
    const tokenKeys = this.#tokenKeys(tags)
    const late = tokenKeys.filter((tokenKey) => snapshot?.tokenAt(tokenKey) === undefined)
    const lateTokens = await this.#tokens.ensure(late)
    if (snapshot !== undefined && late.length > 0) {
      // In this order: an invalidation changes the gate before the tags, so one that changed the late tokens is noticed.
      const [gate] = await this.#tokens.read([snapshot.gate[0]])
      if (gate !== snapshot.gate[1]) return undefined
    }
    const tokens = new Map(late.map((tokenKey, index) => [tokenKey, lateTokens[index]]))
    return tokenKeys.map((tokenKey) => [tokenKey, (snapshot?.tokenAt(tokenKey) ?? tokens.get(tokenKey)) as string])
  }

  /** Once this has resolved, no process serves what was written under one of the tags. */
  async invalidate(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return
    // The gate first and by itself: see `guards`.
    await this.#tokens.replace([this.#gateKey])
    await this.#tokens.replace(this.#tokenKeys(tags))
  }

  get #gateKey(): string {
    return this.#reserve("g", this.#path)
  }

  #tokenKeys(tags: readonly string[]): string[] {
    return [...new Set(tags)].map((tag) => this.#reserve("t", [...this.#path, tag]))
  }
}

/** The distinct tags. Throws a `TypeError` for anything but an iterable of strings. */
export function checkTags(tags: Iterable<string>): readonly string[] {
  if (!isIterable(tags)) {
    throw new TypeError(`Tags must be an array or other iterable of strings; got ${describeValue(tags)}`)
  }
  const list = Array.isArray(tags) && tags.length <= FEW_TAGS ? distinct(tags) : [...new Set(tags)]
  for (const tag of list)
    if (typeof tag !== "string") throw new TypeError(`A tag must be a string; got ${describeValue(tag)}`)
  return list
}

/** `checkTags`; throws a `RangeError` for more than an entry may have. */
export function checkEntryTags(tags: Iterable<string>): readonly string[] {
  const list = checkTags(tags)
  if (list.length > MOST_TAGS) throw new RangeError(`An entry has at most ${MOST_TAGS} tags; got ${list.length}`)
  return list
}

function distinct(tags: readonly string[]): string[] {
  const list: string[] = []
  for (const tag of tags) if (!list.includes(tag)) list.push(tag)
  return list
}
