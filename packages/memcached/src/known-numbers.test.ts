import { describe, expect, it } from "vitest"
import { KnownNumbers } from "./known-numbers.js"

const known = { number: 1, token: "7", session: 0, isOurs: true }

describe("the known numbers", () => {
  it("are those that were set last, as many as there may be", () => {
    const numbers = new KnownNumbers(2)
    for (const key of ["a", "b", "a", "c"]) numbers.set(key, { ...known, token: key })
    expect(["a", "b", "c"].map((key) => numbers.get(key)?.token)).toEqual(["a", undefined, "c"])
    for (const key of ["a", "d", "d", "e"]) numbers.set(key, { ...known, token: key })
    expect(["a", "b", "c", "d", "e"].filter((key) => numbers.get(key) !== undefined)).toEqual(["d", "e"])
  })
})
