import { describe, expect, it } from "vitest"
import { keyBytes, rangeOf, successorOf } from "./key-bytes.js"

function isIn(prefix: string, key: string): boolean {
  const { from, to } = rangeOf(prefix)
  return from.compare(keyBytes(key)) <= 0 && to.compare(keyBytes(key)) > 0
}

describe("the range of a prefix", () => {
  it("contains the keys that begin with it, up to the last character of Unicode", () => {
    for (const prefix of ["a", "app:", "é", "\u{7f}", "\u{7ff}", "\u{ffff}", "\u{10ffff}", "\0"]) {
      expect(isIn(prefix, prefix)).toBe(true)
      expect(isIn(prefix, `${prefix}\0`)).toBe(true)
      expect(isIn(prefix, `${prefix}\u{10ffff}`)).toBe(true)
    }
  })

  it("contains no other keys", () => {
    for (const [prefix, key] of [
      ["app:", "app;"],
      ["app:", "app"],
      ["a_b", "aXb"],
      ["a%", "ab"],
      ["a", "A"],
      ["é", "e\u0301"],
      ["b", "a\u{10ffff}"],
    ] as const) {
      expect(isIn(prefix, key), `${prefix} ${key}`).toBe(false)
    }
  })

  it("contains every key if the prefix is empty", () => {
    for (const key of ["\0", "a", "\u{10ffff}\u{10ffff}"]) expect(isIn("", key)).toBe(true)
  })
})

describe("the successor of a key", () => {
  it("is the smallest key after it", () => {
    expect(successorOf(keyBytes("a"))).toEqual(Buffer.from("a\0"))
  })
})
