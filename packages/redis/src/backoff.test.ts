import { describe, expect, it } from "vitest"
import { backoff } from "./backoff.js"

describe("backoff", () => {
  it("doubles from 50 ms to 2 s", () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 7, 1_000].map((attempts) => backoff(attempts, () => 1))
    expect(longest).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000])
  })

  it("is shorter by up to a half, at random", () => {
    expect(backoff(3, () => 0)).toBe(200)
    expect(backoff(3, () => 0.5)).toBe(300)
    expect(backoff(3)).toBeGreaterThanOrEqual(200)
  })
})
