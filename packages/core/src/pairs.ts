import type { Codec } from "./backend.js"
import { type EnvelopeHeader, ObjectEnvelope } from "./envelope.js"

/** An entry along with its bytes, as passed to a store or returned by it. */
export interface HasBytes {
  readonly bytes: Uint8Array
}

/** A value in two forms: the bytes for a store, and the form of copies in this process, which is cheaper to decode. */
export interface Pair extends HasBytes {
  readonly value: unknown
}

/** An entry whose bytes are more than those of its value: in an envelope, or signed. */
export class SealedPair extends ObjectEnvelope implements HasBytes {
  readonly bytes: Uint8Array

  /** `payload` is the end of `bytes`. */
  constructor(header: EnvelopeHeader, payload: Pair | undefined, bytes: Uint8Array) {
    super(header, payload && new EnclosedPair(payload.value, bytes, payload.bytes.byteLength))
    this.bytes = bytes
  }
}

/** A stored entry that the cache cannot read, kept to be compared and replaced. */
export class UnreadablePair extends ObjectEnvelope implements HasBytes {
  readonly bytes: Uint8Array
  readonly cause: unknown

  constructor(bytes: Uint8Array, cause: unknown) {
    super({}, undefined)
    this.bytes = bytes
    this.cause = cause
  }
}

/** The value in a sealed entry. Its bytes exist once, and are counted once when memory is estimated. */
class EnclosedPair implements Pair {
  readonly value: unknown
  readonly #whole: Uint8Array
  readonly #length: number

  constructor(value: unknown, whole: Uint8Array, length: number) {
    this.value = value
    this.#whole = whole
    this.#length = length
  }

  get bytes(): Uint8Array {
    return this.#whole.subarray(this.#whole.byteLength - this.#length)
  }
}

export interface PairCodec extends Codec<unknown> {
  encode(value: unknown): Pair
  /** The pair for a stored value. Throws for what cannot be read. */
  pairOf(bytes: Uint8Array): Pair
}

/** Combines the bytes of one codec with the form of another. Reading costs what the latter does. */
export function pairCodec(bytesCodec: Codec<Uint8Array>, copies: Codec<unknown>): PairCodec {
  return {
    encode: (value) => ({ bytes: alone(bytesCodec.encode(value)), value: copies.encode(value) }),
    decode: (stored) => copies.decode((stored as Pair).value),
    size: (stored) => (stored as HasBytes).bytes.byteLength,
    pairOf: (bytes) => ({ bytes, value: copies.encode(bytesCodec.decode(bytes)) }),
  }
}

/** The bytes in a buffer of their own: a view would keep the whole larger buffer in memory. */
export function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
