import * as zlib from "node:zlib"
import { isCountable, type Serializer } from "./byte-codec.js"
import { describeValue } from "./describe-value.js"
import { ConfigurationError } from "./errors.js"

// Compressed values start with the tag byte 7 (the others are in byte-codec.ts), the number of the algorithm and the
// inflated length as four bytes, big-endian. Output of a serializer that starts with 7 itself is preceded by "7, 0".
// These numbers are written into people's stores: their meanings never change.
const TAG_COMPRESSED = 0x07
const AS_THEY_ARE = 0x00
const ESCAPE_BYTES = 2
const HEADER_BYTES = 6

const DEFAULT_THRESHOLD = 1_024
const DEFAULT_MAX_INFLATED_BYTES = 64 * 1_024 * 1_024
/** The largest number in four bytes. */
const MOST_INFLATED_BYTES = 0xffff_ffff

/** zlib accepts no smaller chunks; no larger ones are allocated because an entry claims to need them. */
const SMALLEST_CHUNK = 64
const LARGEST_CHUNK = 1_024 * 1_024

/** `"deflate"` is the fastest to read, `"brotli"` the smallest, `"zstd"` needs Node 22.15 or later. */
export type CompressionAlgorithm = "deflate" | "brotli" | "zstd"

/** `compress` of `CacheOptions`; `{}` uses all defaults. */
export interface CompressionOptions {
  /** Values of fewer bytes are not compressed. A non-negative integer. Default: 1,024. */
  readonly threshold?: number | undefined
  /** The algorithm for new entries; entries of any algorithm can be read. Default: `"deflate"`. */
  readonly algorithm?: CompressionAlgorithm | undefined
  /**
   * The maximum size in bytes after decompression. Entries that would be larger are misses; larger values are not
   * compressed. An integer from 1 to 4,294,967,295. Default: 64 MiB.
   */
  readonly maxInflatedBytes?: number | undefined
}

interface Algorithm {
  readonly number: number
  compress(bytes: Uint8Array): Uint8Array
  inflate(bytes: Uint8Array, limits: InflateLimits): Uint8Array
}

interface InflateLimits {
  readonly maxOutputLength: number
  readonly chunkSize: number
}

/** Available from Node 22.15 on. */
interface Zstd {
  zstdCompressSync(bytes: Uint8Array, options: { readonly params: Readonly<Record<number, number>> }): Uint8Array
  zstdDecompressSync(bytes: Uint8Array, limits: InflateLimits): Uint8Array
}
const { zstdCompressSync, zstdDecompressSync }: typeof zlib & Partial<Zstd> = zlib

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants
/** The name of this parameter in `zlib.constants` is as new as zstd. */
const ZSTD_COMPRESSION_LEVEL = 100

// The levels: docs/decisions/0023-compression-and-signing.md.
const algorithms: Readonly<Record<CompressionAlgorithm, Algorithm>> = {
  deflate: {
    number: 1,
    compress: (bytes) => zlib.deflateSync(bytes, { level: 3 }),
    inflate: (bytes, limits) => zlib.inflateSync(bytes, limits),
  },
  brotli: {
    number: 2,
    compress: (bytes) =>
      zlib.brotliCompressSync(bytes, {
        params: { [BROTLI_PARAM_QUALITY]: 4, [BROTLI_PARAM_SIZE_HINT]: bytes.byteLength },
      }),
    inflate: (bytes, limits) => zlib.brotliDecompressSync(bytes, limits),
  },
  zstd: {
    number: 3,
    compress: (bytes) => {
      if (zstdCompressSync === undefined) throw zstdMissing()
      return zstdCompressSync(bytes, { params: { [ZSTD_COMPRESSION_LEVEL]: 1 } })
    },
    inflate: (bytes, limits) => {
      if (zstdDecompressSync === undefined) throw zstdMissing()
      return zstdDecompressSync(bytes, limits)
    },
  },
}

const known: readonly string[] = ["threshold", "algorithm", "maxInflatedBytes"] satisfies (keyof CompressionOptions)[]

/**
 * Throws a `TypeError` for an option that does not exist or has a value of the wrong kind, a `ConfigurationError` for
 * zstd where this Node has none.
 */
export function checkCompression(options: CompressionOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`compress is an object of options, {} for the defaults; got ${describeValue(options)}`)
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new TypeError(`Unknown option compress.${name}; there are ${known.join(", ")}`)
  }
  const { threshold, algorithm, maxInflatedBytes } = options
  if (threshold !== undefined && !(Number.isSafeInteger(threshold) && threshold >= 0)) {
    throw new TypeError(`compress.threshold is a number of bytes, 0 or more; got ${describeValue(threshold)}`)
  }
  if (algorithm !== undefined && !Object.hasOwn(algorithms, algorithm)) {
    const names = Object.keys(algorithms).map((name) => `"${name}"`)
    throw new TypeError(`compress.algorithm is one of ${names.join(", ")}; got ${describeValue(algorithm)}`)
  }
  if (maxInflatedBytes !== undefined && !isInflatedLimit(maxInflatedBytes)) {
    throw new TypeError(
      `compress.maxInflatedBytes is a number of bytes from 1 to ${MOST_INFLATED_BYTES}; got ${describeValue(maxInflatedBytes)}`,
    )
  }
  if (algorithm === "zstd" && zstdCompressSync === undefined) throw zstdMissing()
}

/**
 * The serializer with compression of large values, except integers, which must stay countable. Without options nothing is
 * compressed, but compressed entries can still be read. The options must have passed `checkCompression`.
 */
export function compressedCodec(inner: Serializer, options?: CompressionOptions): Serializer {
  const {
    threshold = options === undefined ? Number.POSITIVE_INFINITY : DEFAULT_THRESHOLD,
    algorithm = "deflate",
    maxInflatedBytes = DEFAULT_MAX_INFLATED_BYTES,
  } = options ?? {}
  return {
    encode(value) {
      const bytes = inner.encode(value)
      const worthwhile = bytes.byteLength >= threshold && bytes.byteLength <= maxInflatedBytes && !isCountable(value)
      return (worthwhile ? compressed(bytes, algorithms[algorithm]) : undefined) ?? escaped(bytes)
    },
    decode: (stored) => inner.decode(inflate(stored, maxInflatedBytes)),
    size: (stored) => stored.byteLength,
  }
}

/**
 * Decompresses; returns bytes that are not compressed unchanged. Throws for what cannot be inflated: larger than
 * `maxInflatedBytes` (default: 64 MiB), of another length than it says, corrupt, or of an unknown algorithm.
 */
export function inflate(stored: Uint8Array, maxInflatedBytes: number = DEFAULT_MAX_INFLATED_BYTES): Uint8Array {
  if (stored[0] !== TAG_COMPRESSED) return stored
  if (stored[1] === AS_THEY_ARE) return stored.subarray(ESCAPE_BYTES)
  if (stored.byteLength <= HEADER_BYTES) throw new TypeError("it is compressed and ends too early")
  const algorithm = Object.values(algorithms).find(({ number }) => number === stored[1])
  if (algorithm === undefined) throw new TypeError(`it is compressed with the unknown algorithm ${stored[1]}`)
  const length = new DataView(stored.buffer, stored.byteOffset).getUint32(2)
  if (length > maxInflatedBytes) {
    throw new RangeError(`it is compressed and says that it inflates to ${length} bytes, more than ${maxInflatedBytes}`)
  }
  const bytes = inflateTo(length, algorithm, stored.subarray(HEADER_BYTES))
  if (bytes.byteLength !== length) {
    throw new TypeError(`it is compressed and inflates to ${bytes.byteLength} bytes instead of ${length}`)
  }
  return bytes
}

function inflateTo(length: number, algorithm: Algorithm, bytes: Uint8Array): Uint8Array {
  // One byte more than needed lets zlib notice the end, which saves a second chunk and a concatenation.
  const chunkSize = Math.min(Math.max(length + 1, SMALLEST_CHUNK), LARGEST_CHUNK)
  try {
    return algorithm.inflate(bytes, { maxOutputLength: Math.max(length, 1), chunkSize })
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause
    throw new TypeError(`it is compressed and cannot be inflated to ${length} bytes`, { cause })
  }
}

/** Returns `undefined` if the result would not be smaller. */
function compressed(bytes: Uint8Array, algorithm: Algorithm): Uint8Array | undefined {
  const body = algorithm.compress(bytes)
  if (body.byteLength + HEADER_BYTES >= bytes.byteLength) return undefined
  const stored = Buffer.allocUnsafe(HEADER_BYTES + body.byteLength)
  stored[0] = TAG_COMPRESSED
  stored[1] = algorithm.number
  stored.writeUInt32BE(bytes.byteLength, 2)
  stored.set(body, HEADER_BYTES)
  return stored
}

/** Changes only bytes that would be mistaken for compressed ones. */
function escaped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== TAG_COMPRESSED) return bytes
  return Buffer.concat([Buffer.of(TAG_COMPRESSED, AS_THEY_ARE), bytes])
}

function isInflatedLimit(limit: number): boolean {
  return Number.isSafeInteger(limit) && limit >= 1 && limit <= MOST_INFLATED_BYTES
}

function zstdMissing(): ConfigurationError {
  return new ConfigurationError(
    `"zstd" needs Node 22.15 or newer and this is Node ${process.versions.node}; use "deflate" or "brotli"`,
  )
}
