import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Breaker, StoreDownError } from "./breaker.js"
import { Cache } from "./cache.js"

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] })
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function admits(breaker: Breaker, slow = false): boolean {
  try {
    breaker.admit(slow)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(StoreDownError)
    return false
  }
}

function fail(breaker: Breaker, times: number): void {
  for (let time = 0; time < times; time++) breaker.failed()
}

describe("Breaker", () => {
  it("opens after five failures in a row", () => {
    const breaker = new Breaker()
    fail(breaker, 4)
    breaker.answered()
    fail(breaker, 4)
    expect(admits(breaker)).toBe(true)
    fail(breaker, 1)
    expect(admits(breaker)).toBe(false)
  })

  it("lets one call try after half a second, then after twice as long, five seconds at most", () => {
    const breaker = new Breaker()
    fail(breaker, 5)
    for (const pause of [500, 1_000, 2_000, 4_000, 5_000, 5_000]) {
      vi.advanceTimersByTime(pause - 1)
      expect(admits(breaker)).toBe(false)
      vi.advanceTimersByTime(1)
      expect(admits(breaker)).toBe(true)
      expect(admits(breaker)).toBe(false)
      breaker.failed()
    }
  })

  it("closes at the first answer, and begins with a short pause again", () => {
    const breaker = new Breaker()
    fail(breaker, 5)
    vi.advanceTimersByTime(500)
    expect(admits(breaker)).toBe(true)
    breaker.answered()
    expect(admits(breaker)).toBe(true)
    fail(breaker, 5)
    vi.advanceTimersByTime(500)
    expect(admits(breaker)).toBe(true)
  })

  it("lets one slow call try beside a quick one: there may be no others, and it may take a minute", () => {
    const breaker = new Breaker()
    fail(breaker, 5)
    expect(admits(breaker, true)).toBe(false)
    vi.advanceTimersByTime(500)
    expect(admits(breaker, true)).toBe(true)
    expect(admits(breaker, true)).toBe(false)
    expect(admits(breaker)).toBe(true)
    expect(admits(breaker)).toBe(false)
    breaker.answered()
    expect(admits(breaker, true)).toBe(true)
  })

  it("lets another call try when the one that tried told nothing", () => {
    const breaker = new Breaker()
    fail(breaker, 5)
    vi.advanceTimersByTime(500)
    expect(admits(breaker)).toBe(true)
    breaker.undecided()
    expect(admits(breaker)).toBe(true)
  })
})

describe("a cache over a store that is down", () => {
  it("does not ask it, reads miss, decisions reject, and it is noticed when the store is back", async () => {
    const backend = new MapBackend({ remote: true })
    const cache = new Cache(backend)
    await cache.set("k", 1)
    backend.failure = new Error("connection refused")
    for (let call = 0; call < 5; call++) expect(await cache.get("k")).toBeUndefined()
    backend.calls.length = 0
    expect(await cache.get("k")).toBeUndefined()
    expect(await cache.getOrSet("k", () => 2)).toBe(2)
    await expect(cache.incr("n")).rejects.toThrow(
      /incr of "n" failed in the map backend: it is down; the next try is in \d+ ms/,
    )
    await expect(cache.delete("other")).rejects.toThrow("it is down")
    expect(backend.calls).toEqual([])
    backend.failure = undefined
    vi.advanceTimersByTime(500)
    expect(await cache.get("k")).toBe(1)
    expect(await cache.add("n", 1)).toBe(true)
    expect(process.emitWarning).toHaveBeenCalledTimes(1)
  })

  it("is noticed to be back by a process that only clears", async () => {
    const backend = new MapBackend({ remote: true })
    const cache = new Cache(backend)
    backend.failure = new Error("connection refused")
    for (let call = 0; call < 6; call++) await expect(cache.clear()).rejects.toThrow("failed")
    backend.failure = undefined
    vi.advanceTimersByTime(500)
    await cache.clear()
  })

  it("does not take the answers of a healthy store for failures", async () => {
    const backend = new MapBackend({ remote: true })
    const cache = new Cache(backend)
    for (let call = 0; call < 10; call++) await expect(cache.incr("missing")).rejects.toThrow("there is no entry")
    await cache.set("text", "a")
    for (let call = 0; call < 10; call++) await expect(cache.incr("text")).rejects.toThrow("not an integer")
    expect(await cache.get("text")).toBe("a")
  })
})
