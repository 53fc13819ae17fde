import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { exptimeOf, ttlOf, ttlResolution } from "./exptime.js"

const day = 24 * 3_600_000
const now = () => Date.UTC(2026, 0, 1)
const unixNow = now() / 1000

describe("the expiry as the server takes it", () => {
  it("is nothing for an entry that never expires", () => {
    expect(exptimeOf(undefined, now)).toBe(0)
  })

  it("is never nothing for one that does, however soon", () => {
    expect(exptimeOf(1, now)).toBe(3)
    expect(exptimeOf(999, now)).toBe(3)
    expect(exptimeOf(1000, now)).toBe(3)
    expect(exptimeOf(1001, now)).toBe(4)
  })

  it("is a Unix time from thirty days on, which as a duration would have long passed", () => {
    expect(exptimeOf(30 * day - 2000, now)).toBe(30 * 24 * 3600)
    expect(exptimeOf(30 * day, now)).toBe(unixNow + 30 * 24 * 3600)
    expect(exptimeOf(40 * day, now)).toBe(unixNow + 40 * 24 * 3600)
  })

  it("is nothing where the server could not count so far", () => {
    expect(exptimeOf(2 ** 31 * 1000 - now() - 1000, now)).toBe(2 ** 31 - 1)
    expect(exptimeOf(2 ** 31 * 1000 - now(), now)).toBe(0)
    expect(exptimeOf(1000 * 365 * day, now)).toBe(0)
  })

  it("holds what is promised on a clock of whole seconds that ticks with any delay under one", () => {
    const fraction = fc.integer({ min: 0, max: 999 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 * day }),
        fraction,
        fraction,
        fraction,
        (ttl, begin, phase, endPhase) => {
          // The server's clock shows a whole second from `phase` milliseconds into it until the next tick.
          const written = now() + begin
          const shown = Math.floor((written - phase) / 1000)
          const exptime = exptimeOf(ttl, () => written)
          const end = exptime > 30 * 24 * 3600 ? exptime : shown + exptime
          const gone = end * 1000 + endPhase
          expect(gone).toBeGreaterThanOrEqual(written + ttl)
          expect(gone).toBeLessThanOrEqual(written + ttl + ttlResolution)
        },
      ),
    )
  })

  it("leads back to the ttl that it came from", () => {
    for (const ttl of [1000, 2000, 60_000]) expect(ttlOf(exptimeOf(ttl, now))).toBe(ttl)
    expect(ttlOf(0)).toBe(1)
  })
})
