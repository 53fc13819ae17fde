import { describe, expect, it } from "vitest"
import { Backoff } from "./backoff.js"

describe("backing off", () => {
  it("lasts longer after each failure in a row, up to a second", () => {
    const backoff = new Backoff()
    expect(backoff.reason(0)).toBeUndefined()
    const pauses = [50, 100, 200, 400, 800, 1000, 1000]
    for (const pause of pauses) {
      const now = 10_000
      backoff.failed("refused", now)
      expect(backoff.reason(now + pause - 1)).toBe("refused")
      expect(backoff.reason(now + pause)).toBeUndefined()
    }
  })

  it("begins anew after a success", () => {
    const backoff = new Backoff()
    for (let failure = 0; failure < 5; failure += 1) backoff.failed("refused", 0)
    backoff.succeeded()
    expect(backoff.reason(0)).toBeUndefined()
    backoff.failed("refused", 0)
    expect(backoff.reason(50)).toBeUndefined()
  })
})
