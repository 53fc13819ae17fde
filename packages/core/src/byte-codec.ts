import { isUtf8 } from "node:buffer"
import type { Codec } from "./backend.js"
import { describeValue } from "./describe-value.js"
import { fromNotation } from "./notation-reader.js"
import { toNotation } from "./notation-writer.js"
import { firstNotPlain, isPlainJson } from "./plain-json.js"

// A safe integer is stored as ASCII decimal, so that INCRBY and SQL arithmetic work on it. What JSON carries without loss
// is stored as JSON. Everything else starts with one of these bytes, with which no JSON can start. They are written into
// people's stores: their meanings never change.
const TAG_BYTES = 0x01
const TAG_BUFFER = 0x02
const TAG_TEXT = 0x03
const TAG_NOTATION = 0x04
/** The output of a custom serializer, which can be any bytes. */
const TAG_SERIALIZED = 0x05

/** Strings of at least this length are stored raw, to save escaping and scanning. Shorter ones stay readable JSON. */
const RAW_TEXT_LENGTH = 1_024

/** Strings to which JSON only adds quotes, as far as a quick test can tell. */
const withoutEscapes = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
const QUOTE = 0x22

/** Converts values to bytes and back: `serializer` of `CacheOptions`, and the type of the byte codec. */
export type Serializer = Codec<Uint8Array>

/** The default codec for backends that store bytes. It can read what any of these serializers wrote. */
export const byteCodec: Serializer = {
  encode(value) {
    if (typeof value === "string") return encodeText(value)
    if (value instanceof Uint8Array) return tagged(Buffer.isBuffer(value) ? TAG_BUFFER : TAG_BYTES, value)
    if (isPlainJson(value)) return Buffer.from(JSON.stringify(value))
    return tagged(TAG_NOTATION, Buffer.from(JSON.stringify(toNotation(value))))
  },
  decode: (stored) => decode(stored),
  size: (stored) => stored.byteLength,
}

/** Writes only JSON, for stores that programs in other languages read. Rejects what JSON would lose. */
export const jsonSerializer: Serializer = {
  ...byteCodec,
  encode(value) {
    if (isPlainJson(value)) return Buffer.from(JSON.stringify(value))
    throw new TypeError(`${firstNotPlain(value)}, which JSON loses; convert it, or leave out serializer: "json"`)
  },
}

/** The byte codec with a custom serializer for everything except integers, which must stay countable. */
export function codecWith(serializer: Serializer): Serializer {
  return {
    ...byteCodec,
    encode(value) {
      if (isCountable(value)) return byteCodec.encode(value)
      const bytes = serializer.encode(value)
      if (bytes instanceof Uint8Array) return tagged(TAG_SERIALIZED, bytes)
      throw new TypeError(`encode of the serializer must return a Uint8Array; it returned ${describeValue(bytes)}`)
    },
    decode: (stored) => decode(stored, serializer),
  }
}

/** Whether every store can add to it. */
export function isCountable(value: unknown): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0)
}

function encodeText(text: string): Uint8Array {
  if (text.length < RAW_TEXT_LENGTH) {
    // Takes less than half the time of JSON.stringify for most strings.
    return withoutEscapes.test(text) ? quoted(text) : Buffer.from(JSON.stringify(text))
  }
  return text.isWellFormed() ? tagged(TAG_TEXT, Buffer.from(text)) : Buffer.from(JSON.stringify(text))
}

/** For ASCII: each character is a byte. */
function quoted(text: string): Uint8Array {
  const stored = Buffer.allocUnsafe(text.length + 2)
  stored[0] = QUOTE
  stored.write(text, 1, "latin1")
  stored[text.length + 1] = QUOTE
  return stored
}

function decode(stored: Uint8Array, serializer?: Serializer): unknown {
  switch (stored[0]) {
    case TAG_BYTES:
      return new Uint8Array(stored.subarray(1))
    case TAG_BUFFER:
      return Buffer.from(stored.subarray(1))
    case TAG_TEXT:
      return textOf(stored.subarray(1))
    case TAG_NOTATION:
      return fromNotation(JSON.parse(textOf(stored.subarray(1))))
    case QUOTE:
      return jsonTextOf(stored)
    case TAG_SERIALIZED:
      if (serializer === undefined) throw new TypeError("it was written by a serializer that this cache does not have")
      return serializer.decode(stored.subarray(1))
    default:
      return JSON.parse(textOf(stored))
  }
}

/** A JSON string. Without escapes, it is what is between the quotes, and need not be parsed. */
function jsonTextOf(stored: Uint8Array): unknown {
  const json = textOf(stored)
  const isQuoted = json.length >= 2 && json.indexOf('"', 1) === json.length - 1 && !json.includes("\\")
  return isQuoted ? json.slice(1, -1) : JSON.parse(json)
}

/** Invalid UTF-8 decodes to replacement characters, which a valid string may contain, too. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString()
  if (text.includes("\ufffd") && !isUtf8(bytes)) throw new TypeError("it is not UTF-8")
  return text
}

function tagged(tag: number, bytes: Uint8Array): Uint8Array {
  const stored = Buffer.allocUnsafe(bytes.byteLength + 1)
  stored[0] = tag
  stored.set(bytes, 1)
  return stored
}
