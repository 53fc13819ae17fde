import type { Backend, Codec, Milliseconds } from "./backend.js"
import { byteCodec, codecWith, isCountable, jsonSerializer, type Serializer } from "./byte-codec.js"
import { type CompressionOptions, compressedCodec } from "./compression.js"
import { DecodeError, SerializationError } from "./errors.js"
import { Signer, type SigningOptions } from "./signature.js"
import { type Operation, publishError } from "./tracing.js"

export interface StoredValuesOptions {
  readonly serializer?: Serializer | "json" | undefined
  readonly compress?: CompressionOptions | undefined
  readonly sign?: SigningOptions | undefined
}

/** The properties of a backend that determine the form of its values. */
type ValuesOf = Pick<Backend<unknown>, "name" | "codec">

/** Converts values for a backend, and back. */
export class StoredValues {
  /** Absent if no one else can write to the store. */
  readonly signer: Signer | undefined
  readonly #backend: string
  readonly #codec: Codec<unknown>

  constructor(backend: ValuesOf, { serializer, compress, sign }: StoredValuesOptions) {
    const signer = sign && new Signer(sign)
    this.signer = backend.codec === undefined ? signer : undefined
    this.#backend = backend.name
    const chosen = serializer === "json" ? jsonSerializer : serializer && codecWith(serializer)
    this.#codec = chooseCodec(backend, chosen, compress)
  }

  sign(finalKey: string, packed: unknown): unknown {
    return this.signer === undefined ? packed : this.signer.sign(finalKey, packed as Uint8Array)
  }

  verify(finalKey: string, stored: unknown): unknown {
    return this.signer === undefined ? stored : this.signer.verify(finalKey, stored as Uint8Array)
  }

  /** Throws a `TypeError` for `undefined`, a `SerializationError` for what is not supported. */
  encode(key: string, value: unknown): unknown {
    if (value === undefined)
      throw new TypeError(`undefined is not a value; use delete to remove ${JSON.stringify(key)}`)
    try {
      return this.#codec.encode(value)
    } catch (cause) {
      throw new SerializationError({ key, backend: this.#backend, cause })
    }
  }

  /** The value; `undefined` for a miss, and for an unreadable entry, which is traced. */
  decode(key: string, stored: unknown, operation?: Operation | undefined): unknown {
    if (stored === undefined) return undefined
    try {
      const value = this.#codec.decode(stored)
      if (value === undefined) throw new TypeError("it holds no value")
      return value
    } catch (cause) {
      this.noteUnreadable(key, cause, operation)
      return undefined
    }
  }

  /** Traces that an entry counts as a miss because it is unreadable. */
  noteUnreadable(key: string, cause: unknown, operation: Operation | undefined): void {
    if (operation !== undefined) publishError(operation, new DecodeError({ key, backend: this.#backend, cause }))
  }

  /** Completes the trace of a read: which keys hit, and the bytes read. */
  noteRead(operation: Operation, hits: readonly boolean[], stored: Iterable<unknown>): void {
    operation.hits = hits
    this.#noteBytes(operation, stored)
  }

  /** Completes the trace of a write: the ttl of the entries, and their bytes. */
  noteWrite(operation: Operation, ttl: Milliseconds | undefined, stored: Iterable<unknown>): void {
    operation.ttl = ttl ?? null
    this.#noteBytes(operation, stored)
  }

  #noteBytes(operation: Operation, stored: Iterable<unknown>): void {
    if (this.#codec.size === undefined) return
    operation.bytes = 0
    for (const one of stored) if (one !== undefined) operation.bytes += this.#codec.size(one)
  }
}

function chooseCodec(
  backend: ValuesOf,
  serializer: Serializer | undefined,
  compress: CompressionOptions | undefined,
): Codec<unknown> {
  const { codec } = backend
  const bytes = compressedCodec(serializer ?? byteCodec, compress)
  if (codec === undefined) return bytes
  return serializer === undefined && compress === undefined ? codec : serializedWithin(codec, bytes)
}

/** For a store that keeps values: integers stay values, so that they can be counted; everything else is kept as bytes. */
function serializedWithin(codec: Codec<unknown>, serializer: Serializer): Codec<unknown> {
  return {
    ...codec,
    encode: (value) => codec.encode(isCountable(value) ? value : serializer.encode(value)),
    decode: (stored) => {
      const value = codec.decode(stored)
      return value instanceof Uint8Array ? serializer.decode(value) : value
    },
  }
}
