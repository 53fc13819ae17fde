import { describe, expect, it } from "vitest"
import { BoundedMap } from "./bounded-map.js"

describe("BoundedMap", () => {
  it("forgets the key that was set longest ago, counting from when it was set last, and after a clear", () => {
    const map = new BoundedMap<string, number>(3)
    const keysAfter = (...keys: string[]): string[] => {
      for (const key of keys) map.set(key, 1)
      return [...map.keys()]
    }
    expect(keysAfter("a", "b", "c", "d")).toEqual(["b", "c", "d"])
    expect(keysAfter("b", "e")).toEqual(["d", "b", "e"])
    map.delete("b")
    expect(keysAfter("b", "f")).toEqual(["e", "b", "f"])
    map.clear()
    expect(keysAfter("a", "b", "c", "d", "e")).toEqual(["c", "d", "e"])
  })
})
