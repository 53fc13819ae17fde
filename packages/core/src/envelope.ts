import type { Backend, Milliseconds } from "./backend.js"

/** Milliseconds since 1970, by the clock of the process that wrote them. */
export type EpochMilliseconds = number

/** A token that an entry was written under: its key, and its value then. */
export type Guard = readonly [tokenKey: string, token: string]

/** What an entry has besides its value. */
export interface EnvelopeHeader {
  /** The entry is alive while each of these is current. */
  readonly guards?: readonly Guard[] | undefined
  /** From then on the value is stale, and only `getOrSet` may still return it. */
  readonly freshUntil?: EpochMilliseconds | undefined
  /** When the store drops the entry. */
  readonly keptUntil?: EpochMilliseconds | undefined
  /** How long the producer took. */
  readonly cost?: Milliseconds | undefined
  /** Who is computing the value. */
  readonly leaseOwner?: string | undefined
  /** Until when the owner is believed to be alive. */
  readonly leaseUntil?: EpochMilliseconds | undefined
}

/** A parsed envelope. Without a payload, it only says who is computing the value. */
export interface OpenedEnvelope {
  readonly header: EnvelopeHeader
  /** The bytes of the header, so that the same header need not be parsed again. */
  readonly head: Uint8Array | undefined
  /** The encoded value. */
  readonly payload: unknown
}

/** A header that was parsed before. */
export type KnownHeader = Pick<OpenedEnvelope, "header" | "head">

/** How a header is stored with an entry. */
export interface Envelopes {
  is(stored: unknown): boolean
  /** `payload` is `undefined` if there is no value yet. */
  seal(header: EnvelopeHeader, payload: unknown): unknown
  /** Throws for what `seal` did not make. `known`: the header that the entry had last time. */
  open(stored: unknown, known?: KnownHeader | undefined): OpenedEnvelope
}

export function envelopesFor(backend: Backend<unknown>): Envelopes {
  return backend.codec === undefined ? byteEnvelopes : objectEnvelopes
}

/** In addition to the tags of `byte-codec.ts`. Its meaning never changes, either. */
const TAG_ENVELOPE = 0x06
/** The tag, and the length of the header in bytes. */
const HEAD_BYTES = 5

/** The tag, the length of the header, the header as JSON, and the payload. */
export const byteEnvelopes: Envelopes = {
  is: (stored) => (stored as Uint8Array)[0] === TAG_ENVELOPE,
  seal(header, payload) {
    const head = Buffer.from(JSON.stringify(toWire(header)))
    const body = (payload ?? new Uint8Array()) as Uint8Array
    const stored = Buffer.allocUnsafe(HEAD_BYTES + head.byteLength + body.byteLength)
    stored[0] = TAG_ENVELOPE
    stored.writeUInt32BE(head.byteLength, 1)
    stored.set(head, HEAD_BYTES)
    stored.set(body, HEAD_BYTES + head.byteLength)
    return stored
  },
  open(stored, known) {
    const bytes = asBuffer(stored as Uint8Array)
    const { byteLength } = bytes
    const end = byteLength < HEAD_BYTES ? Number.POSITIVE_INFINITY : HEAD_BYTES + bytes.readUInt32BE(1)
    if (end > byteLength) throw new TypeError("its envelope is cut off")
    const payload = end === byteLength ? undefined : bytes.subarray(end)
    if (known?.head?.byteLength === end && bytes.compare(known.head, 0, end, 0, end) === 0) {
      return { header: known.header, head: known.head, payload }
    }
    const header = fromWire(JSON.parse(bytes.toString("utf8", HEAD_BYTES, end)))
    return { header, head: bytes.subarray(0, end), payload }
  },
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** For stores that keep values: an object around the encoded value. */
export class ObjectEnvelope implements OpenedEnvelope {
  readonly header: EnvelopeHeader
  readonly head = undefined
  readonly payload: unknown

  constructor(header: EnvelopeHeader, payload: unknown) {
    this.header = header
    this.payload = payload
  }
}

const objectEnvelopes: Envelopes = {
  is: (stored) => stored instanceof ObjectEnvelope,
  seal: (header, payload) => new ObjectEnvelope(header, payload),
  open: (stored) => stored as ObjectEnvelope,
}

/** The header as it is stored: with short names, since many entries may have one. */
interface WireHeader {
  readonly g?: readonly Guard[] | undefined
  readonly f?: number | undefined
  readonly k?: number | undefined
  readonly c?: number | undefined
  readonly o?: string | undefined
  readonly u?: number | undefined
}

function toWire(header: EnvelopeHeader): WireHeader {
  const { guards: g, freshUntil: f, keptUntil: k, cost: c, leaseOwner: o, leaseUntil: u } = header
  return { g, f, k, c, o, u }
}

function fromWire(wire: unknown): EnvelopeHeader {
  if (typeof wire !== "object" || wire === null) throw new TypeError("its envelope has no header")
  const { g, f, k, c, o, u } = wire as Record<string, unknown>
  if (![f, k, c, u].every(isNumberOrAbsent) || !(o === undefined || typeof o === "string") || !areGuards(g)) {
    throw new TypeError("the header of its envelope is invalid")
  }
  return {
    guards: g,
    freshUntil: f as number | undefined,
    keptUntil: k as number | undefined,
    cost: c as number | undefined,
    leaseOwner: o,
    leaseUntil: u as number | undefined,
  }
}

function isNumberOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "number"
}

function areGuards(value: unknown): value is readonly Guard[] | undefined {
  if (value === undefined) return true
  return (
    Array.isArray(value) &&
    value.every((guard) => Array.isArray(guard) && guard.every((part) => typeof part === "string"))
  )
}
