import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { NOT_KEPT, type Timeout, toTtl } from "./timeout.js"

describe("toTtl", () => {
  it.each([
    [300, 300_000],
    [0.5, 500],
    [100.2, 100_200],
    ["250ms", 250],
    ["30s", 30_000],
    ["15m", 900_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["1.5d", 129_600_000],
    ["1w", 604_800_000],
    ["1e3ms", 1_000],
    [2_592_001, 2_592_001_000],
  ] as const)("takes %j as %d ms", (timeout, ttl) => {
    expect(toTtl(timeout)).toBe(ttl)
  })

  it.each([null, Number.POSITIVE_INFINITY, 1e300, "1000000w"] as const)("takes %s as never expiring", (timeout) => {
    expect(toTtl(timeout)).toBeUndefined()
  })

  it.each([0, -0, -5, Number.NEGATIVE_INFINITY, "0s", "-5m"] as const)("takes %s as not kept", (timeout) => {
    expect(toTtl(timeout)).toBe(NOT_KEPT)
  })

  it("rounds up, so that nothing positive becomes zero", () => {
    expect(toTtl(0.000_01)).toBe(1)
    expect(toTtl("0.1ms")).toBe(1)
    expect(toTtl(0.001_1)).toBe(2)
  })

  it.each([Number.NaN, "5", "5 s", "5x", "s", "", " 5s", "1.2.3s", "0x10s", "Infinitys", true, {}, [], 5n, () => 5])(
    "refuses what is no timeout and says what is accepted (%#)",
    (timeout) => {
      expect(() => toTtl(timeout as Timeout)).toThrow(TypeError)
      expect(() => toTtl(timeout as Timeout)).toThrow(/A timeout is a number of seconds, .*"15m".*; got /)
    },
  )

  it("gives whole positive milliseconds, never, or not kept, for every number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (seconds) => {
        const ttl = toTtl(seconds)
        if (ttl === undefined) return seconds > 3e9
        if (seconds <= 0) return ttl === NOT_KEPT
        return Number.isSafeInteger(ttl) && ttl > 0 && Math.abs(ttl - seconds * 1_000 - 0.5) < 0.52
      }),
    )
  })

  it.each([
    [2.007, 2_007],
    ["0.017m", 1_020],
    ["0.035h", 126_000],
    ["0.07d", 6_048_000],
    ["0.101w", 61_084_800],
  ] as const)("does not round %j up because of its floating-point error", (timeout, ttl) => {
    expect(toTtl(timeout)).toBe(ttl)
  })

  it("takes back any number of milliseconds in seconds, as ttl() returns them", () => {
    const milliseconds = fc.oneof(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 3e13 }))
    fc.assert(
      fc.property(milliseconds, (ttl) => toTtl(ttl / 1_000) === ttl),
      { numRuns: 1_000 },
    )
  })
})
