import { keyOf } from "@larder/core"
import { describe, expect, it } from "vitest"
import { makeFragmentKey } from "./fragment-key.js"

describe("makeFragmentKey", () => {
  it("shows the name, and is short and portable whatever it is made of", () => {
    expect(makeFragmentKey("user_stats", [7])).toMatch(/^template\.cache\.user_stats\.[\w-]{43}$/)
    expect(makeFragmentKey("Nutzer statistik", ["ä".repeat(1_000)])).toMatch(/^template\.cache\.\.[\w-]{43}$/)
  })

  it("stays the same from one version to the next", () => {
    expect(makeFragmentKey("user_stats", [7, "de"])).toBe(
      "template.cache.user_stats.Q3CD2AtC-6L5aJf3H5TQt_RanQ6gN2_gDCzN9vpRws4",
    )
  })

  it("takes no vary and an empty one for the same", () => {
    expect(makeFragmentKey("a")).toBe(makeFragmentKey("a", []))
  })

  const different: [string, ...Parameters<typeof makeFragmentKey>][] = [
    ["nothing", "a"],
    ["another name", "b"],
    ["a name that is not shown", "a "],
    ["another such name", "a  "],
    ["the name as what varies", "a", ["a"]],
    ["a number", "a", [1]],
    ["its text", "a", ["1"]],
    ["two texts", "a", ["a", "b"]],
    ["the texts joined", "a", ["a:b"]],
    ["a text that ends like Django's", "a", ["a:"]],
    ["an empty text more", "a", ["a", ""]],
    ["null", "a", [null]],
    ["undefined", "a", [undefined]],
    ["an empty text", "a", [""]],
    ["a digest", "a", [], "1"],
    ["the digest as what varies", "a", ["1", undefined]],
    ["what passes for digest and name", "a", [undefined, "a"]],
    ["a list", "a", [["a", "b"]]],
    ["two numbers", "a", [1, 2]],
    ["their digits", "a", [12]],
    ["a number and a text", "a", [1, "2"]],
    ["a text and a number", "a", ["1", 2]],
    ["a text with a comma", "a", ["1,2"]],
    ["a text that looks like two", "a", ["1,1:2"]],
    ["zero", "a", [0]],
    ["minus zero", "a", [-0]],
    ["what is no number", "a", [Number.NaN]],
    ["a name with the digest in it", "a1:1"],
    ["a name with what varies in it", "a,1"],
    ["a long text", "a", ["a".repeat(600)]],
  ]

  it("tells apart whatever is different", () => {
    const keys = different.map(([, ...parts]) => makeFragmentKey(...parts))
    expect(new Set(keys).size).toBe(different.length)
    // What is remembered is what is made.
    expect(different.map(([, ...parts]) => makeFragmentKey(...parts))).toEqual(keys)
    const hashes = different.map(([, name, vary = [], digest]) => keyOf([...vary, digest, name]))
    expect(keys.map((key) => key.slice(-43))).toEqual(hashes)
  })

  it("asks an object for its cacheKey", () => {
    class User {
      readonly cacheKey = "user:7"
    }
    expect(makeFragmentKey("a", [new User()])).toBe(makeFragmentKey("a", [new User()]))
    class Nameless {}
    expect(() => makeFragmentKey("a", [1, new Nameless()])).toThrow(
      /^vary\[1\] is an instance of Nameless; give it a cacheKey/,
    )
  })

  it("refuses what is no name and no list", () => {
    expect(() => makeFragmentKey("")).toThrow("The name of a fragment must be a non-empty string; got ''")
    expect(() => makeFragmentKey(undefined as unknown as string)).toThrow("got undefined")
    expect(() => makeFragmentKey("a", 7 as unknown as unknown[])).toThrow("vary must be an array")
  })
})
