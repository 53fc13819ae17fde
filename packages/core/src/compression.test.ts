import { hash } from "node:crypto"
import { isDeepStrictEqual } from "node:util"
import * as zlib from "node:zlib"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { byteCodec, jsonSerializer, type Serializer } from "./byte-codec.js"
import { type CompressionOptions, checkCompression, compressedCodec, inflate } from "./compression.js"
import { ConfigurationError } from "./errors.js"

const rows = Array.from({ length: 40 }, (_, id) => ({ id, title: `Annual message number ${id}`, party: "Republican" }))
const hasZstd = "zstdCompressSync" in zlib
const usable = hasZstd ? (["deflate", "brotli", "zstd"] as const) : (["deflate", "brotli"] as const)

/** An entry as it is stored, with whatever header a test wants. */
function entry(algorithm: number, inflatedLength: number, body: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(inflatedLength)
  return Buffer.concat([Buffer.of(7, algorithm), length, body])
}

/** What `inflate` gives or throws; anything thrown that is no Error fails the test. */
function inflatedOrError(stored: Uint8Array, bound: number): Uint8Array | Error {
  try {
    return inflate(stored, bound)
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

describe.each(usable)("%s", (algorithm) => {
  it("makes a large value smaller, and gives it back", () => {
    const codec = compressedCodec(byteCodec, { algorithm })
    const plain = byteCodec.encode(rows)
    const stored = codec.encode(rows)
    expect(stored[0]).toBe(7)
    expect(stored.byteLength).toBeLessThan(plain.byteLength / 2)
    expect(codec.size?.(stored)).toBe(stored.byteLength)
    expect(codec.decode(stored)).toEqual(rows)
    expect(inflate(stored)).toEqual(plain)
  })

  it("is read by a cache of another algorithm, and by one that compresses nothing", () => {
    const stored = compressedCodec(byteCodec, { algorithm }).encode(rows)
    for (const other of usable) expect(compressedCodec(byteCodec, { algorithm: other }).decode(stored)).toEqual(rows)
    expect(compressedCodec(byteCodec).decode(stored)).toEqual(rows)
  })

  it("brings back every value that the serializer carries", () => {
    const codec = compressedCodec(byteCodec, { algorithm, threshold: 0 })
    const anything = fc.anything({ withBigInt: true, withMap: true, withSet: true, withTypedArray: true })
    fc.assert(
      fc.property(
        anything.filter((value) => value !== undefined),
        (value) => isDeepStrictEqual(codec.decode(codec.encode(value)), byteCodec.decode(byteCodec.encode(value))),
      ),
    )
  })

  it("refuses an entry that inflates to more than it says, or to less", () => {
    const stored = Buffer.from(compressedCodec(byteCodec, { algorithm }).encode(rows))
    const length = stored.readUInt32BE(2)
    for (const lie of [0, 1, length - 1, length + 1]) {
      stored.writeUInt32BE(lie, 2)
      expect(() => inflate(stored)).toThrow(/^it is compressed and/)
    }
  })

  it("refuses an entry that was cut short, at every byte", () => {
    const stored = compressedCodec(byteCodec, { algorithm }).encode(rows)
    for (let end = 1; end < stored.byteLength; end++) {
      expect(() => inflate(stored.subarray(0, end))).toThrow(TypeError)
    }
  })

  it("inflates a bomb no further than the bound", () => {
    const stored = compressedCodec(byteCodec, { algorithm }).encode(new Uint8Array(1_000_000))
    expect(stored.byteLength).toBeLessThan(10_000)
    expect(() => inflate(stored, 999_999)).toThrow("says that it inflates to 1000001 bytes, more than 999999")
    const modest = Buffer.from(stored)
    modest.writeUInt32BE(100_000, 2)
    expect(() => inflate(modest, 999_999)).toThrow("cannot be inflated to 100000 bytes")
  })
})

describe("what is compressed", () => {
  it("begins at the threshold, in bytes of what would be stored otherwise", () => {
    const value = "a".repeat(98)
    expect(byteCodec.encode(value).byteLength).toBe(100)
    expect(compressedCodec(byteCodec, { threshold: 100 }).encode(value)[0]).toBe(7)
    expect(compressedCodec(byteCodec, { threshold: 101 }).encode(value)).toEqual(byteCodec.encode(value))
  })

  it("begins at 1,024 bytes by default", () => {
    const codec = compressedCodec(byteCodec, {})
    expect(codec.encode("a".repeat(1_021))[0]).toBe('"'.charCodeAt(0))
    expect(codec.encode("a".repeat(1_022))[0]).toBe(7)
  })

  it("is nothing that would not become smaller", () => {
    const noise = Buffer.concat(Array.from({ length: 160 }, (_, index) => hash("sha256", String(index), "buffer")))
    expect(zlib.deflateSync(noise, { level: 3 }).byteLength).toBeGreaterThan(noise.byteLength)
    expect(compressedCodec(byteCodec, {}).encode(noise)).toEqual(byteCodec.encode(noise))
    for (const value of ["", null, {}, [1]]) {
      expect(compressedCodec(byteCodec, { threshold: 0 }).encode(value)).toEqual(byteCodec.encode(value))
    }
  })

  it("is no integer, so that stores can count it", () => {
    for (const algorithm of usable) {
      const codec = compressedCodec(byteCodec, { algorithm, threshold: 0 })
      for (const value of [0, -1, 1_111_111_111_111_111, Number.MIN_SAFE_INTEGER]) {
        expect(Buffer.from(codec.encode(value)).toString()).toBe(String(value))
      }
    }
  })

  it("is no integer of a serializer that writes long ones either", () => {
    const padded: Serializer = { ...byteCodec, encode: (value) => Buffer.from(String(value).padStart(2_000)) }
    const codec = compressedCodec(padded, {})
    expect(codec.encode(5)).toEqual(padded.encode(5))
    expect(codec.encode("5")[0]).toBe(7)
  })

  it("is nothing that could not be read again under the same bound", () => {
    const codec = compressedCodec(byteCodec, { maxInflatedBytes: 2_000 })
    expect(codec.encode("a".repeat(1_999))[0]).toBe(7)
    const larger = codec.encode("a".repeat(2_000))
    expect(larger).toEqual(byteCodec.encode("a".repeat(2_000)))
    expect(codec.decode(larger)).toHaveLength(2_000)
  })

  it("is nothing at all without options", () => {
    expect(compressedCodec(byteCodec).encode(rows)).toEqual(byteCodec.encode(rows))
    expect(compressedCodec(jsonSerializer).encode(rows)).toEqual(jsonSerializer.encode(rows))
  })

  it("is told from the bytes of a serializer that begin the same", () => {
    const raw: Serializer = { encode: (value) => value as Uint8Array, decode: (stored) => stored }
    const examples = [Buffer.of(7), Buffer.of(7, 0), Buffer.of(7, 1, 0, 0, 0, 9, 9), Buffer.alloc(3_000, 7)]
    for (const codec of [compressedCodec(raw), compressedCodec(raw, {})]) {
      for (const bytes of examples) expect(codec.decode(codec.encode(bytes))).toEqual(bytes)
    }
    expect(compressedCodec(raw).encode(Buffer.of(7, 1))).toEqual(Buffer.of(7, 0, 7, 1))
  })
})

describe("stored bytes", () => {
  it("are read for ever: they are in people's stores", () => {
    const golden = [
      "07010000002e785e4b4c2405000099d6116f",
      "07020000002e1b2d000024c2c299400e",
      ...(hasZstd ? ["07030000002e28b52ffd202e450000106161010099000b"] : []),
    ]
    for (const stored of golden) expect(inflate(Buffer.from(stored, "hex")).toString()).toBe("a".repeat(46))
    expect(inflate(Buffer.from("07000701", "hex"))).toEqual(Buffer.of(7, 1))
  })

  it.each([
    [Buffer.of(7), "ends too early"],
    [Buffer.of(7, 1, 0, 0, 0, 5), "ends too early"],
    [entry(9, 5, Buffer.from("hello")), "unknown algorithm 9"],
    [entry(255, 5, Buffer.from("hello")), "unknown algorithm 255"],
    [entry(1, 5, Buffer.from("hello")), "cannot be inflated to 5 bytes"],
    [entry(1, 0xffff_ffff, zlib.deflateSync("hello")), "says that it inflates to 4294967295 bytes, more than 67108864"],
  ])("are refused when they are not what was written (%#)", (stored, message) => {
    expect(() => inflate(stored)).toThrow(message)
  })

  it("that are not compressed are answered as they are", () => {
    for (const value of [1, "text", rows, new Date(5), new Uint8Array(3)]) {
      const stored = byteCodec.encode(value)
      expect(inflate(stored)).toBe(stored)
    }
  })

  it("never crash, and never inflate beyond the bound, whatever they are", () => {
    const bound = 10_000
    let read = 0
    const text = Buffer.from(JSON.stringify(rows))
    const genuine = [Buffer.alloc(20_000), text].flatMap((bytes) => [
      zlib.deflateSync(bytes),
      zlib.brotliCompressSync(bytes),
    ])
    const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constantFrom<Uint8Array>(...genuine))
    const length = fc.oneof(fc.nat(20_001), fc.constantFrom(20_000, text.byteLength), fc.nat(0xffff_ffff))
    const flip = fc.tuple(fc.nat(), fc.nat(255))
    const hostile = fc.tuple(fc.integer({ min: 0, max: 4 }), length, body, fc.array(flip, { maxLength: 3 }))
    fc.assert(
      fc.property(hostile, ([algorithm, said, bytes, flips]) => {
        const stored = entry(algorithm, said, bytes)
        for (const [at, by] of flips) stored[at % stored.byteLength] = (stored[at % stored.byteLength] ?? 0) ^ by
        const outcome = inflatedOrError(stored, bound)
        if (outcome instanceof Error) return
        read++
        expect(outcome.byteLength).toBeLessThanOrEqual(Math.max(bound, stored.byteLength))
      }),
      { numRuns: 3_000 },
    )
    expect(read).toBeGreaterThan(0)
  })
})

describe("checkCompression", () => {
  it("accepts what there is", () => {
    const good: CompressionOptions[] = [
      {},
      { threshold: 0 },
      { threshold: 1e6, algorithm: "brotli", maxInflatedBytes: 0xffff_ffff },
    ]
    for (const options of good) expect(() => checkCompression(options)).not.toThrow()
  })

  it.each([
    [true, "compress is an object of options, {} for the defaults; got true"],
    [null, "compress is an object of options, {} for the defaults; got null"],
    [{ treshold: 5 }, "Unknown option compress.treshold; there are threshold, algorithm, maxInflatedBytes"],
    [{ threshold: -1 }, "compress.threshold is a number of bytes, 0 or more; got -1"],
    [{ threshold: 1.5 }, "compress.threshold is a number of bytes, 0 or more; got 1.5"],
    [{ threshold: "1kb" }, 'compress.threshold is a number of bytes, 0 or more; got "1kb"'],
    [{ threshold: Number.NaN }, "compress.threshold is a number of bytes, 0 or more; got NaN"],
    [{ algorithm: "lz4" }, 'compress.algorithm is one of "deflate", "brotli", "zstd"; got "lz4"'],
    [{ algorithm: "toString" }, 'compress.algorithm is one of "deflate", "brotli", "zstd"; got "toString"'],
    [{ maxInflatedBytes: 0 }, "compress.maxInflatedBytes is a number of bytes from 1 to 4294967295; got 0"],
    [{ maxInflatedBytes: 2 ** 32 }, "compress.maxInflatedBytes is a number of bytes from 1 to 4294967295"],
  ])("says what was expected (%#)", (options, message) => {
    expect(() => checkCompression(options as CompressionOptions)).toThrow(TypeError)
    expect(() => checkCompression(options as CompressionOptions)).toThrow(message)
  })

  it("takes zstd where Node has it, and says what to do where not", () => {
    const check = (): void => checkCompression({ algorithm: "zstd" })
    if (hasZstd) expect(check).not.toThrow()
    else
      expect(check).toThrow(
        new ConfigurationError(
          `"zstd" needs Node 22.15 or newer and this is Node ${process.versions.node}; use "deflate" or "brotli"`,
        ),
      )
  })

  it("reads an entry of zstd, or says why not", () => {
    const stored = Buffer.from("07030000002e28b52ffd202e450000106161010099000b", "hex")
    if (hasZstd) expect(inflate(stored).toString()).toBe("a".repeat(46))
    else expect(() => inflate(stored)).toThrow(/needs Node 22.15/)
  })
})
