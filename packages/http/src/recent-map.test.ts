import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { RecentMap } from "./recent-map.js"

describe("RecentMap", () => {
  it("keeps the entries that were set last, like a list in that order", () => {
    const step = fc.record({
      call: fc.constantFrom("set", "set", "set", "delete", "clear"),
      key: fc.constantFrom(..."abcdefgh"),
      weight: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const map = new RecentMap<number>(6, (weight) => weight)
        let list: { readonly key: string; readonly weight: number }[] = []
        for (const { call, key, weight } of steps) {
          if (call === "clear") map.clear()
          else if (call === "delete") map.delete(key)
          else map.set(key, weight)
          list = call === "clear" ? [] : list.filter((one) => one.key !== key)
          if (call === "set") list.push({ key, weight })
          while (list.reduce((sum, one) => sum + one.weight, 0) > 6) list.shift()
          const kept = [..."abcdefgh"].flatMap((one) => (map.get(one) === undefined ? [] : [[one, map.get(one)]]))
          expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(list.map((one) => [one.key, one.weight])))
        }
      }),
      { numRuns: 50 },
    )
  })
})
