import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { MemcachedError } from "./memcached-error.js"
import { wireKey } from "./wire-key.js"

describe("a key on the wire", () => {
  it("is its bytes in UTF-8, one character each", () => {
    expect(wireKey("news:1:a")).toBe("news:1:a")
    for (const key of ["é", "ключ", "😀:1", "\u0085", "a\u00a0b"]) {
      expect(Buffer.from(wireKey(key), "latin1").toString("utf8")).toBe(key)
    }
  })

  it("may have 250 bytes, in characters of any length", () => {
    expect(wireKey("k".repeat(250))).toHaveLength(250)
    expect(wireKey("é".repeat(125))).toHaveLength(250)
  })

  it.each([
    ["", "it is empty"],
    ["k".repeat(251), "it has 251 bytes"],
    ["é".repeat(126), "it has 252 bytes"],
    ["a b", "spaces or control"],
    ["a\r\nflush_all\r\n", "spaces or control"],
    ["a\u0000", "spaces or control"],
    ["é\u007f", "spaces or control"],
    ["a\ud800", "no well-formed text"],
    [undefined, "it is no string"],
  ])("is refused as %j", (key, complaint) => {
    const read = () => wireKey(key as string)
    expect(read).toThrow(MemcachedError)
    expect(read).toThrow(complaint)
    expect(read).toThrow(inspect(key).slice(0, 50))
  })
})
