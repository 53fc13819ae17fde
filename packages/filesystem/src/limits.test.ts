import { describe, expect, it } from "vitest"
import { isTooMuch, surplusOf } from "./limits.js"

const limits = { maxEntries: 10, maxBytes: 1_000 }

describe("limits", () => {
  it("are kept by as much as they allow", () => {
    const surplus = surplusOf({ entries: 10, bytes: 1_000 }, limits)
    expect(surplus).toEqual({ entries: 0, bytes: 0 })
    expect(isTooMuch(surplus)).toBe(false)
  })

  it("are broken by too many entries as well as by too many bytes", () => {
    expect(isTooMuch(surplusOf({ entries: 11, bytes: 1 }, limits))).toBe(true)
    expect(isTooMuch(surplusOf({ entries: 1, bytes: 1_001 }, limits))).toBe(true)
  })
})
