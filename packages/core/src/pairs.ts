import type { Codec } from "./backend.js"
import { type EnvelopeHeader, ObjectEnvelope } from "./envelope.js"

/** Whatever stands for an entry beside its bytes: what a store is handed, or has answered. */
export interface HasBytes {
  readonly bytes: Uint8Array
}

/** A value twice: as the bytes of a store, and as its copies in this process are kept, which are decoded at less cost. */
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

/** What a store holds and the cache cannot read: to be compared with, and replaced. */
export class UnreadablePair extends ObjectEnvelope implements HasBytes {
  readonly bytes: Uint8Array
  readonly cause: unknown

  constructor(bytes: Uint8Array, cause: unknown) {
    super({}, undefined)
    this.bytes = bytes
    this.cause = cause
  }
}

/** The value in a sealed entry. Its bytes are in memory once, and counted once by who counts what an object holds. */
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
  /** The pair of what a store holds. Throws on what cannot be read. */
  pairOf(bytes: Uint8Array): Pair
}

/** Makes pairs of the bytes of one codec, and what another one keeps of the same value. Reading costs what that one does. */
export function pairCodec(bytesCodec: Codec<Uint8Array>, copies: Codec<unknown>): PairCodec {
  return {
    encode: (value) => ({ bytes: alone(bytesCodec.encode(value)), value: copies.encode(value) }),
    decode: (stored) => copies.decode((stored as Pair).value),
    size: (stored) => (stored as HasBytes).bytes.byteLength,
    pairOf: (bytes) => ({ bytes, value: copies.encode(bytesCodec.decode(bytes)) }),
  }
}

/** The bytes in a buffer of their own: kept as a part of a larger one, they would keep all of it. */
export function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
