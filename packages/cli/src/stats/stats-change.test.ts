import type { BackendStats } from "@larder/core"
import { describe, expect, it } from "vitest"
import { changeBetween, type Look } from "./stats-change.js"

function look(at: number, figures: BackendStats): Look {
  return { at, stats: { cache: "default", ok: true, ...figures } }
}

describe("the change between two readings", () => {
  it("is a rate per second", () => {
    const [before, after] = [
      look(100, { hits: 1_000, misses: 50, evictions: 7 }),
      look(102, { hits: 1_030, misses: 60, evictions: 8 }),
    ]
    expect(changeBetween(before, after)).toEqual({
      seconds: 2,
      readsPerSecond: 20,
      hitRate: 0.75,
      evictionsPerSecond: 0.5,
    })
  })

  it("has no hit rate without reads, and omits what the store does not count", () => {
    expect(changeBetween(look(1, { hits: 1, misses: 1 }), look(2, { hits: 1, misses: 1 }))).toEqual({
      seconds: 1,
      readsPerSecond: 0,
    })
    expect(changeBetween(look(1, { entries: 1 }), look(2, { entries: 2 }))).toEqual({ seconds: 1 })
  })

  it("omits counters that were reset", () => {
    const [before, after] = [
      look(1, { hits: 9, misses: 9, evictions: 1 }),
      look(2, { hits: 1, misses: 2, evictions: 3 }),
    ]
    expect(changeBetween(before, after)).toEqual({ seconds: 1, evictionsPerSecond: 2 })
  })

  it("is unknown if a reading is missing or failed", () => {
    const failed: Look = { at: 1, stats: { cache: "default", ok: false, error: "no answer" } }
    expect(changeBetween(undefined, look(1, {}))).toBeUndefined()
    expect(changeBetween(failed, look(2, {}))).toBeUndefined()
    expect(changeBetween(look(0, {}), failed)).toBeUndefined()
  })
})
