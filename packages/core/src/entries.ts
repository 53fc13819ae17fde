import { getAtOnce } from "./at-once.js"
import type { Backend, CopyingBackend, Milliseconds } from "./backend.js"
import { getMany } from "./batches.js"
import { BoundedMap } from "./bounded-map.js"
import type { DirtyKeys } from "./dirty-keys.js"
import {
  type EnvelopeHeader,
  type Envelopes,
  type EpochMilliseconds,
  envelopesFor,
  type Guard,
  type KnownHeader,
} from "./envelope.js"
import { NotSupportedError } from "./errors.js"
import { Answers, type ReadBatch } from "./read-batch.js"
import type { StoredValues } from "./stored-values.js"
import type { Tokens } from "./tokens.js"
import type { Operation } from "./tracing.js"

/** How many tagged entries a process remembers the tokens of, so that both are read at once. */
const MOST_HINTS = 10_000
/** In bytes: a longer header is read anew each time, rather than remembered. */
const LONGEST_HEAD = 1_024
/** An entry that is in the way may be replaced by another such entry meanwhile; after so many the store is too busy to tell. */
const ADD_ATTEMPTS = 4

/**
 * `absent`: nothing is there. `fresh`: a live entry. `stale`: its time is over, and only `getOrSet` may still give it.
 * `dead`: its tags were invalidated, or it cannot be read. `computing`: no value yet, somebody holds the lease.
 */
export type EntryState = "absent" | "fresh" | "stale" | "dead" | "computing"

/** What was found at a key. */
export interface Reading {
  readonly state: EntryState
  /** The very thing that the store holds, to compare with. */
  readonly stored: unknown
  /** What the codec made of the value, where there is one. */
  readonly payload: unknown
  readonly header: EnvelopeHeader
}

/** What was found at several keys, in their order. */
export interface LiveEntries {
  /** What the store holds; `undefined` where it has nothing. */
  readonly stored: readonly unknown[]
  /** What the codec made of the values of live entries; `undefined` where there is none. */
  readonly payloads: readonly unknown[]
}

/** What a tagged entry had the last time that this process saw it. */
interface Hint extends KnownHeader {
  /** What to read along with it. */
  readonly tokenKeys: readonly string[]
}

/** What entries depend on. Those with the same tokens share one, so a batch asks and judges once for all of them. */
interface Dependence {
  readonly guards: readonly Guard[]
  readonly tokenKeys: readonly string[]
}

const noHeader: EnvelopeHeader = {}
/** Where nothing is. */
export const absent: Reading = { state: "absent", stored: undefined, payload: undefined, header: noHeader }

export interface EntriesParts {
  readonly backend: CopyingBackend
  readonly batch: ReadBatch
  readonly tokens: Tokens
  readonly values: StoredValues
  readonly dirty: DirtyKeys
}

/**
 * Entries by their final keys, with what the store does not know of them: tags, staleness, leases. Most entries have
 * none of it; they are in the store as the codec made them, and cost nothing here.
 */
export class Entries {
  readonly #backend: CopyingBackend
  readonly #batch: ReadBatch
  readonly #tokens: Tokens
  readonly #values: StoredValues
  readonly #dirty: DirtyKeys
  readonly #envelopes: Envelopes
  readonly #hints = new BoundedMap<string, Hint>(MOST_HINTS)
  /** By the guards, as text. */
  readonly #dependences = new BoundedMap<string, Dependence>(MOST_HINTS)

  constructor({ backend, batch, tokens, values, dirty }: EntriesParts) {
    this.#backend = backend
    this.#batch = batch
    this.#tokens = tokens
    this.#values = values
    this.#dirty = dirty
    this.#envelopes = envelopesFor(backend)
  }

  /** Whether a read of this key is a plain `get` of the store, as far as this process knows. */
  isPlainRead(finalKey: string): boolean {
    return !(this.#hints.size > 0 && this.#hints.has(finalKey)) && !(this.#dirty.size > 0 && this.#dirty.has(finalKey))
  }

  /** Whether what a plain read found is a miss, or a value and nothing else. */
  isPlain(stored: unknown): boolean {
    return stored === undefined || (this.#values.signer === undefined && !this.#envelopes.is(stored))
  }

  /** Whether what a plain read found is a value, and nothing else. */
  isValue(finalKey: string, stored: unknown): boolean {
    return stored !== undefined && this.isPlain(stored) && !this.#dirty.has(finalKey)
  }

  /** What the store is to hold: the payload, in an envelope where there is more to say. */
  pack(finalKey: string, payload: unknown, header?: EnvelopeHeader): unknown {
    const packed = header === undefined ? payload : this.#envelopes.seal(header, payload)
    return this.#values.sign(finalKey, packed)
  }

  /**
   * `batched` joins the read with others of this turn of the event loop: for reads that go along with one of tokens.
   */
  async inspect(finalKey: string, operation: Operation | undefined, batched = false): Promise<Reading> {
    if (!batched && this.isPlainRead(finalKey))
      return this.judge(finalKey, await this.#backend.get(finalKey), operation)
    return this.judgeAnswers(finalKey, await this.fetch(finalKey), operation)
  }

  /** The entry, the tokens that it is known to need, and what else is asked for: one round trip. */
  fetch(finalKey: string, more?: readonly string[]): Promise<Answers> {
    return this.#batch.readOne(finalKey, this.#hints.get(finalKey)?.tokenKeys, more)
  }

  async inspectMany(
    finalKeys: readonly string[],
    operation: Operation | undefined,
    batched = false,
  ): Promise<LiveEntries> {
    const hinted =
      this.#hints.size === 0 ? [] : finalKeys.flatMap((finalKey) => this.#hints.get(finalKey)?.tokenKeys ?? [])
    // What is dirty now may be clean when the answer comes, which is from before then.
    if (batched || hinted.length > 0 || this.#dirty.size > 0) {
      const found = await this.#batch.read(finalKeys, hinted)
      return liveOnes(await this.#judgeAll(finalKeys, found, operation))
    }
    const answers = await getMany(this.#backend, finalKeys)
    // Values and nothing else, as they mostly are: no token is needed, so no answer is looked up by its key.
    if (this.#dirty.size === 0 && answers.every((stored) => this.isPlain(stored))) {
      return { stored: answers, payloads: answers }
    }
    return liveOnes(await this.#judgeAll(finalKeys, Answers.of(finalKeys, answers), operation))
  }

  /** What a plain read found, judged; the tokens that it needs are read. */
  async judge(finalKey: string, stored: unknown, operation: Operation | undefined): Promise<Reading> {
    if (this.isPlain(stored) && !this.#dirty.has(finalKey)) return plainReading(stored)
    return this.judgeAnswers(finalKey, Answers.of([finalKey], [stored]), operation)
  }

  /** What was read of an entry, judged; tokens that it needs and that are not among the answers are read. */
  judgeAnswers(finalKey: string, found: Answers, operation: Operation | undefined): Reading | Promise<Reading> {
    const opened = this.#open(finalKey, found.get(finalKey), operation)
    const { guards } = opened.header
    const changed = guards && found.firstOther(guards, this.#tokens.decode)
    if (changed === undefined) return whileAlive(opened, Date.now())
    if (found.has(changed)) return { ...opened, state: "dead" }
    return this.#judgeAll([finalKey], found, operation).then(([reading]) => reading as Reading)
  }

  /** What `inspect` would find, as far as `getAtOnce` tells. */
  inspectAtOnce(finalKey: string): Reading {
    const stored = getAtOnce(this.#backend, finalKey)
    if (this.isPlain(stored) && !this.#dirty.has(finalKey)) return plainReading(stored)
    const opened = this.#open(finalKey, stored, undefined)
    const isDead = opened.header.guards?.some(([tokenKey, token]) => this.#tokens.atOnce(tokenKey) !== token)
    return isDead === true ? { ...opened, state: "dead" } : whileAlive(opened, Date.now())
  }

  /** Stores where no live entry is; one that only looks like it, to the store, is replaced. */
  async add(
    add: NonNullable<Backend<unknown>["add"]>,
    finalKey: string,
    stored: unknown,
    ttl: Milliseconds | undefined,
  ): Promise<boolean> {
    for (let attempt = 0; attempt < ADD_ATTEMPTS; attempt++) {
      if (await add.call(this.#backend, finalKey, stored, ttl)) return true
      const reading = await this.inspect(finalKey, undefined)
      if (reading.state === "fresh") return false
      if (reading.state !== "absent" && (await this.replace(finalKey, reading.stored, stored, ttl))) return true
    }
    return false
  }

  /** Stores only over what was found. Where the store has no compare-and-set, the entry is gone for a moment in between. */
  async replace(finalKey: string, found: unknown, stored: unknown, ttl: Milliseconds | undefined): Promise<boolean> {
    const backend = this.#backend
    if (backend.replaceIfEqual !== undefined) return backend.replaceIfEqual(finalKey, found, stored, ttl)
    if (backend.deleteIfEqual === undefined || backend.add === undefined) {
      throw new NotSupportedError(`the ${backend.name} backend has neither replaceIfEqual nor deleteIfEqual`, {
        operation: "add over an entry that is not alive",
        backend: backend.name,
      })
    }
    return (await backend.deleteIfEqual(finalKey, found)) && backend.add(finalKey, stored, ttl)
  }

  async #judgeAll(
    finalKeys: readonly string[],
    found: Answers,
    operation: Operation | undefined,
  ): Promise<readonly Reading[]> {
    const opened = finalKeys.map((finalKey) => this.#open(finalKey, found.get(finalKey), operation))
    const guardKeys = opened.flatMap(({ header }) => header.guards?.map(([tokenKey]) => tokenKey) ?? [])
    const unread = guardKeys.filter((tokenKey) => !found.has(tokenKey))
    const more = unread.length === 0 ? found : await this.#batch.read(unread)
    const isCurrent = ([tokenKey, token]: Guard): boolean =>
      this.#tokens.in(found.has(tokenKey) ? found : more, tokenKey) === token
    const now = Date.now()
    return opened.map((reading) => {
      const isDead = reading.header.guards?.every(isCurrent) === false
      return isDead ? { ...reading, state: "dead" } : whileAlive(reading, now)
    })
  }

  /** Fresh as far as the entry itself tells. */
  #open(finalKey: string, stored: unknown, operation: Operation | undefined): Reading {
    if (stored === undefined || this.#dirty.has(finalKey)) return this.#withoutHint(finalKey, absent)
    try {
      const packed = this.#values.verify(finalKey, stored)
      if (!this.#envelopes.is(packed)) {
        return this.#withoutHint(finalKey, { state: "fresh", stored, payload: packed, header: noHeader })
      }
      const hint = this.#hints.get(finalKey)
      const { header, head, payload } = this.#envelopes.open(packed, hint)
      if (header.guards !== undefined && header !== hint?.header) this.#remember(finalKey, header, header.guards, head)
      return { state: "fresh", stored, payload, header }
    } catch (cause) {
      this.#values.noteUnreadable(finalKey, cause, operation)
      return { state: "dead", stored, payload: undefined, header: noHeader }
    }
  }

  #remember(finalKey: string, header: EnvelopeHeader, own: readonly Guard[], head: Uint8Array | undefined): void {
    const { guards, tokenKeys } = this.#dependenceOf(own)
    const isKept = head !== undefined && head.byteLength <= LONGEST_HEAD
    // A copy of the head, which is a part of the whole entry.
    const known = isKept ? { header: { ...header, guards }, head: Uint8Array.from(head) } : { header, head: undefined }
    this.#hints.set(finalKey, { tokenKeys, ...known })
  }

  #dependenceOf(guards: readonly Guard[]): Dependence {
    const name = JSON.stringify(guards)
    const known = this.#dependences.get(name)
    if (known !== undefined) return known
    const dependence = { guards, tokenKeys: guards.map(([tokenKey]) => tokenKey) }
    this.#dependences.set(name, dependence)
    return dependence
  }

  #withoutHint(finalKey: string, reading: Reading): Reading {
    if (this.#hints.size > 0) this.#hints.delete(finalKey)
    return reading
  }
}

function plainReading(stored: unknown): Reading {
  return stored === undefined ? absent : { state: "fresh", stored, payload: stored, header: noHeader }
}

function liveOnes(readings: readonly Reading[]): LiveEntries {
  return {
    stored: readings.map(({ stored }) => stored),
    payloads: readings.map(({ state, payload }) => (state === "fresh" ? payload : undefined)),
  }
}

/** What the tokens let live, judged by its times. */
function whileAlive(reading: Reading, now: EpochMilliseconds): Reading {
  const { state, payload, header } = reading
  if (state !== "fresh" || header === noHeader) return reading
  if (payload === undefined) return { ...reading, state: "computing" }
  return isOver(header.freshUntil, now) ? { ...reading, state: "stale" } : reading
}

function isOver(time: EpochMilliseconds | undefined, now: EpochMilliseconds): boolean {
  return time !== undefined && time <= now
}
