import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeEntry, decodeHead, encodeEntry, headLength } from "./entry-file.js"

const key = fc.string({ unit: "grapheme", minLength: 1 })
const value = fc.uint8Array({ maxLength: 2_000 })
const expiresAt = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ noNaN: true }), fc.maxSafeNat())

describe("the file of an entry", () => {
  it("gives back the key, the value and the expiry", () => {
    fc.assert(
      fc.property(key, value, expiresAt, (key, value, expiresAt) => {
        expect(decodeEntry(encodeEntry(key, value, expiresAt))).toEqual({ key, value, expiresAt })
      }),
    )
  })

  it("is a copy of the value, not a view of it", () => {
    const value = Uint8Array.of(1, 2, 3)
    const file = encodeEntry("key", value, 0)
    value.fill(0)
    expect(decodeEntry(file)?.value).toEqual(Uint8Array.of(1, 2, 3))
  })

  it("is read wherever it lies in a larger buffer", () => {
    const file = encodeEntry("key", Uint8Array.of(1, 2, 3), 4)
    const larger = new Uint8Array(file.length + 20)
    larger.set(file, 13)
    expect(decodeEntry(larger.subarray(13, 13 + file.length))).toEqual(decodeEntry(file))
  })

  it("is no entry when it ends too early or goes on too long", () => {
    const file = encodeEntry("key", Uint8Array.of(1, 2, 3), 4)
    for (let length = 0; length < file.length; length += 1)
      expect(decodeEntry(file.subarray(0, length))).toBeUndefined()
    expect(decodeEntry(Uint8Array.of(...file, 0))).toBeUndefined()
  })

  it("is no entry when a single bit is wrong", () => {
    const file = encodeEntry("key", Uint8Array.of(1, 2, 3), 4)
    for (let bit = 0; bit < 8 * file.length; bit += 1) {
      const damaged = Uint8Array.from(file)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(decodeEntry(damaged), `bit ${bit}`).toBeUndefined()
    }
  })

  it("is no entry, and no error, whatever else the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, likeAnEntry) => {
        if (likeAnEntry) bytes.set([0x4c, 0x52, 0x44, 0x01].slice(0, bytes.length))
        expect(decodeEntry(bytes)).toBeUndefined()
      }),
    )
  })
})

describe("the head of the file of an entry", () => {
  it("tells the key and the expiry", () => {
    fc.assert(
      fc.property(key, value, expiresAt, (key, value, expiresAt) => {
        const file = encodeEntry(key, value, expiresAt)
        expect(decodeHead(file.subarray(0, headLength), file.length)).toEqual({ key, expiresAt })
      }),
    )
  })

  it("asks for as many bytes as a long key takes", () => {
    const key = "k".repeat(headLength)
    const file = encodeEntry(key, Uint8Array.of(1), 7)
    const wanted = decodeHead(file.subarray(0, headLength), file.length)
    expect(wanted).toBeTypeOf("number")
    expect(decodeHead(file.subarray(0, Number(wanted)), file.length)).toEqual({ key, expiresAt: 7 })
  })

  it("is none where the file has another length than it says", () => {
    const file = encodeEntry("key", Uint8Array.of(1, 2, 3), 4)
    expect(decodeHead(file, file.length - 1)).toBeUndefined()
    expect(decodeHead(file, file.length + 1)).toBeUndefined()
    expect(decodeHead(new Uint8Array(0), 0)).toBeUndefined()
  })

  it("is no error, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (bytes, fileLength) => {
        expect(() => decodeHead(bytes, fileLength)).not.toThrow()
      }),
    )
  })
})
