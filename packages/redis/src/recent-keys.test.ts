import { describe, expect, it } from "vitest"
import { RecentKeys } from "./recent-keys.js"

describe("RecentKeys", () => {
  it("meets each key once", () => {
    const recent = new RecentKeys(10)
    expect(["a", "b", "a", "c", "b"].map((key) => recent.meet(key))).toEqual([true, true, false, true, false])
  })

  it("knows at least as many keys as its span", () => {
    const recent = new RecentKeys(3)
    const keys = Array.from({ length: 50 }, (_, index) => String(index))
    for (const [index, key] of keys.entries()) {
      expect(recent.meet(key)).toBe(true)
      for (const earlier of keys.slice(Math.max(0, index - 2), index)) expect(recent.meet(earlier)).toBe(false)
    }
  })

  it("forgets keys that it met long ago", () => {
    const recent = new RecentKeys(2)
    for (const key of ["a", "b", "c", "d", "e"]) recent.meet(key)
    expect(recent.meet("a")).toBe(true)
  })
})
