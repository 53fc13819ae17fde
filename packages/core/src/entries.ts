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

/** Number of tagged entries whose tokens a process remembers, to read both at once. */
const MOST_HINTS = 10_000
/** In bytes. Longer headers are parsed each time rather than remembered. */
const LONGEST_HEAD = 1_024
/** An entry that is not alive may be replaced by another such entry meanwhile; gives up after this many. */
const ADD_ATTEMPTS = 4

/**
 * `absent`: there is no entry. `fresh`: a live entry. `stale`: past its timeout, and only `getOrSet` may still return it.
 * `dead`: its tags were invalidated, or it cannot be read. `computing`: no value yet, but a lease.
 */
export type EntryState = "absent" | "fresh" | "stale" | "dead" | "computing"

/** What was found at a key. */
export interface Reading {
  readonly state: EntryState
  /** What the store holds, unchanged, for compare-and-set. */
  readonly stored: unknown
  /** The encoded value, if there is one. */
  readonly payload: unknown
  readonly header: EnvelopeHeader
}

/** What was found at several keys, in their order. */
export interface LiveEntries {
  /** What the store holds; `undefined` where it has nothing. */
  readonly stored: readonly unknown[]
  /** The encoded values of live entries; `undefined` where there is none. */
  readonly payloads: readonly unknown[]
}

/** What a tagged entry had when this process last saw it. */
interface Hint extends KnownHeader {
  /** What to read along with it. */
  readonly tokenKeys: readonly string[]
}

/** What entries depend on. Entries with the same tokens share one, so a batch reads and checks them once. */
interface Dependence {
  readonly guards: readonly Guard[]
  readonly tokenKeys: readonly string[]
}

const noHeader: EnvelopeHeader = {}
/** No entry. */
export const absent: Reading = { state: "absent", stored: undefined, payload: undefined, header: noHeader }

export interface EntriesParts {
  readonly backend: CopyingBackend
  readonly batch: ReadBatch
  readonly tokens: Tokens
  readonly values: StoredValues
  readonly dirty: DirtyKeys
}

/**
 * Entries by final key, with what the store does not know about them: tags, staleness, leases. Most entries have none of
 * these; they are stored as the codec encoded them, at no extra cost.
 */
export class Entries {
  readonly #backend: CopyingBackend
  readonly #batch: ReadBatch
  readonly #tokens: Tokens
  readonly #values: StoredValues
  readonly #dirty: DirtyKeys
  readonly #envelopes: Envelopes
  readonly #hints = new BoundedMap<string, Hint>(MOST_HINTS)
  /** By the guards as JSON. */
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

  /** What to store: the payload, in an envelope if there is a header. */
  pack(finalKey: string, payload: unknown, header?: EnvelopeHeader): unknown {
    const packed = header === undefined ? payload : this.#envelopes.seal(header, payload)
    return this.#values.sign(finalKey, packed)
  }

  /**
   * `batched` joins the read with others of this turn of the event loop: for reads that accompany one of tokens.
   */
  async inspect(finalKey: string, operation: Operation | undefined, batched = false): Promise<Reading> {
    if (!batched && this.isPlainRead(finalKey))
      return this.judge(finalKey, await this.#backend.get(finalKey), operation)
    return this.judgeAnswers(finalKey, await this.fetch(finalKey), operation)
  }

  /** Reads the entry, the tokens that it is known to need, and `more`, in one round trip. */
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
    // A key that is dirty now may be clean when the reply arrives, which is older.
    if (batched || hinted.length > 0 || this.#dirty.size > 0) {
      const found = await this.#batch.read(finalKeys, hinted)
      return liveOnes(await this.#judgeAll(finalKeys, found, operation))
    }
    const answers = await getMany(this.#backend, finalKeys)
    // Usually all are plain values: no tokens are needed, so nothing is looked up by key.
    if (this.#dirty.size === 0 && answers.every((stored) => this.isPlain(stored))) {
      return { stored: answers, payloads: answers }
    }
    return liveOnes(await this.#judgeAll(finalKeys, Answers.of(finalKeys, answers), operation))
  }

  /** Judges what a plain read found; reads the tokens that it needs. */
  async judge(finalKey: string, stored: unknown, operation: Operation | undefined): Promise<Reading> {
    if (this.isPlain(stored) && !this.#dirty.has(finalKey)) return plainReading(stored)
    return this.judgeAnswers(finalKey, Answers.of([finalKey], [stored]), operation)
  }

  /** Judges what was read of an entry; reads tokens that it needs and that were not read with it. */
  judgeAnswers(finalKey: string, found: Answers, operation: Operation | undefined): Reading | Promise<Reading> {
    const opened = this.#open(finalKey, found.get(finalKey), operation)
    const { guards } = opened.header
    const changed = guards && found.firstOther(guards, this.#tokens.decode)
    if (changed === undefined) return whileAlive(opened, Date.now())
    if (found.has(changed)) return { ...opened, state: "dead" }
    return this.#judgeAll([finalKey], found, operation).then(([reading]) => reading as Reading)
  }

  /** What `inspect` would find, as far as it can be read synchronously. */
  inspectAtOnce(finalKey: string): Reading {
    const stored = getAtOnce(this.#backend, finalKey)
    if (this.isPlain(stored) && !this.#dirty.has(finalKey)) return plainReading(stored)
    const opened = this.#open(finalKey, stored, undefined)
    const isDead = opened.header.guards?.some(([tokenKey, token]) => this.#tokens.atOnce(tokenKey) !== token)
    return isDead === true ? { ...opened, state: "dead" } : whileAlive(opened, Date.now())
  }

  /** Stores if there is no live entry; one that is only alive to the store is replaced. */
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

  /** Stores only over what was found. If the store has no compare-and-set, the entry is briefly missing in between. */
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

  /** Fresh as far as the entry itself says; its tokens are not checked. */
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

/** Judges a reading by its times; its tokens have been checked. */
function whileAlive(reading: Reading, now: EpochMilliseconds): Reading {
  const { state, payload, header } = reading
  if (state !== "fresh" || header === noHeader) return reading
  if (payload === undefined) return { ...reading, state: "computing" }
  return isOver(header.freshUntil, now) ? { ...reading, state: "stale" } : reading
}

function isOver(time: EpochMilliseconds | undefined, now: EpochMilliseconds): boolean {
  return time !== undefined && time <= now
}
