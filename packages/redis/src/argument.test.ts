import { describe, expect, it } from "vitest"
import { argumentOf } from "./argument.js"

describe("argumentOf", () => {
  it("gives short ASCII as a string of the same bytes", () => {
    for (const text of ["", "17", '{"a":[1,2]}', "\0\x01\x7f\r\n", "x".repeat(4_096)]) {
      expect(argumentOf(Buffer.from(text))).toBe(text)
    }
  })

  it("gives all else as the bytes that they are", () => {
    for (const bytes of [Buffer.from("é"), Buffer.from([0x80]), Buffer.from([0xff, 0xfe]), Buffer.alloc(4_097, "x")]) {
      expect(argumentOf(bytes)).toEqual(bytes)
      expect(argumentOf(new Uint8Array(bytes))).toEqual(bytes)
    }
  })

  it("does not look past the end of a view", () => {
    expect(argumentOf(new Uint8Array(Buffer.from("xabcé")).subarray(1, 4))).toBe("abc")
  })
})
