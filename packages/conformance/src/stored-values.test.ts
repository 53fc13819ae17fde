import { describe, expect, it } from "vitest"
import { bytesOf, sameStored, showStored } from "./stored-values.js"

describe("sameStored", () => {
  it("compares bytes, whatever kind of array holds them", () => {
    expect(sameStored(Buffer.from("a"), bytesOf("a"))).toBe(true)
    expect(sameStored(bytesOf("ab").subarray(1), bytesOf("b"))).toBe(true)
    expect(sameStored(bytesOf("a"), bytesOf("b"))).toBe(false)
    expect(sameStored(bytesOf("a"), bytesOf("a\0"))).toBe(false)
  })

  it("takes nothing else for bytes", () => {
    expect(sameStored("a", bytesOf("a"))).toBe(false)
    expect(sameStored(undefined, bytesOf(""))).toBe(false)
    expect(sameStored(bytesOf("a").buffer, bytesOf("a"))).toBe(false)
  })

  it("compares values deeply, and tells 0 from -0", () => {
    expect(sameStored({ a: [1, new Map([[1, 2]])] }, { a: [1, new Map([[1, 2]])] })).toBe(true)
    expect(sameStored({ a: 1 }, { a: 2 })).toBe(false)
    expect(sameStored(0, -0)).toBe(false)
  })
})

describe("showStored", () => {
  it("keeps long and binary values short and readable", () => {
    expect(showStored(bytesOf("a\0"))).toBe('2 bytes "a\\u0000"')
    expect(showStored(new Uint8Array(1000)).length).toBeLessThan(300)
    expect(showStored(undefined)).toBe("undefined")
    expect(showStored({ a: null })).toBe("{ a: null }")
  })
})
