import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto"
import { describeValue } from "./describe-value.js"

// A signed entry: the tag byte 8 (the others are in byte-codec.ts), the fingerprint of the key, the MAC, the bytes. It is
// written into people's stores, and never changes.
const TAG_SIGNED = 0x08
const FINGERPRINT_BYTES = 4
const MAC_BYTES = 32
const HEADER_BYTES = 1 + FINGERPRINT_BYTES + MAC_BYTES

/** 128 bits, if the key is random. */
const SHORTEST_KEY_BYTES = 16

// What is hashed starts with one of these, so that no MAC is a fingerprint, or valid for another use of the same key.
const FINGERPRINT_PURPOSE = "larder key fingerprint 1\n"
const ENTRY_PURPOSE = "larder entry 1\n"

/** `sign` of `CacheOptions`. */
export interface SigningOptions {
  /**
   * Random secrets of at least 16 bytes; strings are encoded as UTF-8. The first key signs, all keys verify. To rotate: add
   * the new key at the end, deploy, move it to the front, deploy, and remove the old one when the entries that it signed
   * have expired.
   */
  readonly keys: readonly (string | Uint8Array)[]
}

interface SigningKey {
  readonly secret: KeyObject
  /** Identifies the key without revealing anything about it. */
  readonly fingerprint: Buffer
}

/**
 * Signs entries with HMAC-SHA-256 over their final key and bytes, for stores that others can write to: an entry that was not
 * written under this final key by a holder of a signing key is rejected. It does not hide values, and does not prevent
 * others from restoring an older entry of the same key, removing an entry, or extending its expiry.
 *
 * Integers are signed like everything else, so that the store cannot count them: `incr` and `decr` need a cache that
 * does not sign.
 */
export class Signer {
  readonly #keys: readonly [SigningKey, ...SigningKey[]]

  /** Throws a `TypeError`, which never shows a key, for invalid options. */
  constructor(options: SigningOptions) {
    this.#keys = signingKeys(options)
  }

  /** The signed form of `stored` for the entry `finalKey`. */
  sign(finalKey: string, stored: Uint8Array): Uint8Array {
    const [key] = this.#keys
    const signed = Buffer.allocUnsafe(HEADER_BYTES + stored.byteLength)
    signed[0] = TAG_SIGNED
    signed.set(key.fingerprint, 1)
    signed.set(macOf(key, finalKey, stored), 1 + FINGERPRINT_BYTES)
    signed.set(stored, HEADER_BYTES)
    return signed
  }

  /** What was signed, as a view of `signed`. Throws a `TypeError` unless one of the keys signed it for this entry. */
  verify(finalKey: string, signed: Uint8Array): Uint8Array {
    if (signed[0] !== TAG_SIGNED || signed.byteLength < HEADER_BYTES) throw new TypeError("it is not signed")
    const fingerprint = signed.subarray(1, 1 + FINGERPRINT_BYTES)
    const mac = signed.subarray(1 + FINGERPRINT_BYTES, HEADER_BYTES)
    const stored = signed.subarray(HEADER_BYTES)
    const keys = this.#keys.filter((key) => key.fingerprint.equals(fingerprint))
    if (keys.length === 0) throw new TypeError("it is signed with a key that this cache does not have")
    if (keys.some((key) => timingSafeEqual(macOf(key, finalKey, stored), mac))) return stored
    throw new TypeError("its signature is wrong: it was changed, or written for another key")
  }
}

function macOf({ secret }: SigningKey, finalKey: string, stored: Uint8Array): Buffer {
  // With the length first, no part of the key can be mistaken for the start of the bytes.
  return createHmac("sha256", secret)
    .update(`${ENTRY_PURPOSE}${Buffer.byteLength(finalKey)}:${finalKey}`)
    .update(stored)
    .digest()
}

function signingKeys(options: SigningOptions): readonly [SigningKey, ...SigningKey[]] {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("sign is an object of options: { keys: [secret] }")
  }
  for (const name of Object.keys(options)) {
    if (name !== "keys") throw new TypeError(`Unknown option sign.${name}; there is keys`)
  }
  if (!Array.isArray(options.keys)) throw new TypeError("sign.keys is an array of keys, the first of which signs")
  const [first, ...others] = options.keys.map(signingKey)
  if (first === undefined) throw new TypeError("sign.keys needs at least one key")
  return [first, ...others]
}

function signingKey(key: string | Uint8Array, index: number): SigningKey {
  if (typeof key !== "string" && !(key instanceof Uint8Array)) {
    throw new TypeError(`sign.keys[${index}] must be a string or a Uint8Array; got ${kindOf(key)}`)
  }
  const bytes = Buffer.from(key)
  if (bytes.byteLength < SHORTEST_KEY_BYTES) {
    throw new TypeError(
      `sign.keys[${index}] has ${bytes.byteLength} bytes; it needs at least ${SHORTEST_KEY_BYTES}, made by a random generator`,
    )
  }
  const secret = createSecretKey(bytes)
  const digest = createHmac("sha256", secret).update(FINGERPRINT_PURPOSE).digest()
  return { secret, fingerprint: digest.subarray(0, FINGERPRINT_BYTES) }
}

/** The type of a value, never its content: it may be a secret of the wrong type. */
function kindOf(value: unknown): string {
  return typeof value === "object" ? describeValue(value) : typeof value
}
