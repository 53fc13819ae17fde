import type { Backend, Codec } from "./backend.js"
import { byteCodec, jsonSerializer } from "./byte-codec.js"
import { compressedCodec } from "./compression.js"
import { byteEnvelopes, type EnvelopeHeader, ObjectEnvelope } from "./envelope.js"
import { alone, type HasBytes, type Pair, type PairCodec, pairCodec, SealedPair, UnreadablePair } from "./pairs.js"
import { Signer } from "./signature.js"
import type { Exchange } from "./store-behind.js"
import { StoredValues, type StoredValuesOptions } from "./stored-values.js"

/**
 * Values between a cache, a store of bytes, and copies in this process that are kept as values. The store has the same bytes
 * as without copies: compressed, in envelopes and signed. What is read from it is verified and decoded once, however often
 * the copy is read.
 */
export class PairedValues extends StoredValues implements Exchange {
  /** For what the cache keeps under reserved keys, to which no option for values applies. */
  readonly codec: PairCodec
  readonly #entries: PairCodec
  readonly #signer: Signer | undefined
  readonly #isReserved: (finalKey: string) => boolean

  /** `copies` keeps the copies. */
  constructor(
    backend: string,
    copies: Codec<unknown>,
    { serializer, compress, sign }: StoredValuesOptions,
    isReserved: (finalKey: string) => boolean,
  ) {
    const entries = pairCodec(compressedCodec(serializer === "json" ? jsonSerializer : byteCodec, compress), copies)
    super({ name: backend, codec: entries }, {})
    this.codec = pairCodec(byteCodec, copies)
    this.#entries = entries
    this.#signer = sign && new Signer(sign)
    this.#isReserved = isReserved
  }

  /** Whether there can be such copies. With a custom serializer, only decoding its bytes gives the right value. */
  static fit(store: Backend<unknown>, { serializer }: StoredValuesOptions): boolean {
    return store.codec === undefined && (serializer === undefined || serializer === "json")
  }

  override sign(finalKey: string, packed: unknown): unknown {
    if (packed instanceof ObjectEnvelope) {
      const { header, payload } = packed as { readonly header: EnvelopeHeader; readonly payload: Pair | undefined }
      const bytes = byteEnvelopes.seal(header, payload?.bytes) as Uint8Array
      return new SealedPair(header, payload, alone(this.#signer?.sign(finalKey, bytes) ?? bytes))
    }
    if (this.#signer === undefined) return packed
    const pair = packed as Pair
    return new SealedPair({}, pair, alone(this.#signer.sign(finalKey, pair.bytes)))
  }

  override verify(_finalKey: string, stored: unknown): unknown {
    if (stored instanceof UnreadablePair) throw stored.cause
    return stored
  }

  give(stored: unknown): Uint8Array {
    return (stored as HasBytes).bytes
  }

  take(finalKey: string, answer: unknown): HasBytes {
    const bytes = alone(answer as Uint8Array)
    try {
      return this.#isReserved(finalKey) ? this.codec.pairOf(bytes) : this.#readEntry(finalKey, bytes)
    } catch (cause) {
      return new UnreadablePair(bytes, cause)
    }
  }

  #readEntry(finalKey: string, bytes: Uint8Array): HasBytes {
    const packed = this.#signer?.verify(finalKey, bytes) ?? bytes
    if (!byteEnvelopes.is(packed)) {
      const pair = this.#entries.pairOf(packed)
      return packed === bytes ? pair : new SealedPair({}, pair, bytes)
    }
    const { header, payload } = byteEnvelopes.open(packed)
    return new SealedPair(
      header,
      payload === undefined ? undefined : this.#entries.pairOf(payload as Uint8Array),
      bytes,
    )
  }
}
