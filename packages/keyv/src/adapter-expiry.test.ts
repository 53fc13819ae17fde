import { describe, expect, it } from "vitest"
import { adapterTtl } from "./adapter-expiry.js"

const day = 86_400_000

describe("the ttl that an adapter is told", () => {
  it("is whole seconds, and at least one more than the entry has", () => {
    expect(adapterTtl(1, Number.POSITIVE_INFINITY)).toBe(2_000)
    expect(adapterTtl(1_000, Number.POSITIVE_INFINITY)).toBe(2_000)
    expect(adapterTtl(1_001, Number.POSITIVE_INFINITY)).toBe(3_000)
  })

  it("is none where it would be longer than the adapter keeps to", () => {
    expect(adapterTtl(30 * day - 1_000, 30 * day)).toBe(30 * day)
    expect(adapterTtl(30 * day, 30 * day)).toBeUndefined()
    expect(adapterTtl(365_000 * day, Number.POSITIVE_INFINITY)).toBe(365_000 * day + 1_000)
  })

  it("is none for an entry that never expires", () => {
    expect(adapterTtl(undefined, 30 * day)).toBeUndefined()
  })
})
