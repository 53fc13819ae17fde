import { describe, expect, it } from "vitest"
import { CostLedger } from "./cost-ledger.js"

describe("CostLedger", () => {
  it("answers the cost noted last", () => {
    const ledger = new CostLedger()
    ledger.note("default", "words", 200)
    ledger.note("default", "words", 150)
    expect(ledger.costOf("default", "words")).toBe(150)
  })

  it("keeps the keys of two caches apart", () => {
    const ledger = new CostLedger()
    ledger.note("default", "words", 200)
    expect(ledger.costOf("searches", "words")).toBeUndefined()
  })

  it("forgets the costs noted longest ago beyond its limit", () => {
    const ledger = new CostLedger(2)
    ledger.note("default", "a", 1)
    ledger.note("default", "b", 2)
    ledger.note("default", "a", 3)
    ledger.note("default", "c", 4)
    expect(["a", "b", "c"].map((key) => ledger.costOf("default", key))).toEqual([3, undefined, 4])
  })
})
