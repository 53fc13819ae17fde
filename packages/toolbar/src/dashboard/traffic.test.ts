import { Cache, DummyBackend } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { FailingBackend, refusal } from "../../test/failing-backend.js"
import { type Traffic, TrafficCounter } from "./traffic.js"

const counters: TrafficCounter[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "Date"] })
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
})

afterEach(() => {
  for (const counter of counters.splice(0)) counter.stop()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function trafficOf(alias: string): Traffic {
  const counter = new TrafficCounter([alias])
  counters.push(counter)
  return counter.of(alias)
}

function counted(backend = new LocmemBackend()) {
  return { backend, traffic: trafficOf("news"), cache: new Cache(backend, { alias: "news" }) }
}

function countedFailing() {
  const backend = new FailingBackend()
  return { backend, traffic: trafficOf("news"), cache: new Cache(backend, { alias: "news" }) }
}

describe("hits", () => {
  it("are counted by key", async () => {
    const { cache, traffic } = counted()
    await cache.setMany({ a: 1, b: 2 })
    await cache.getMany(["a", "b", "c"])
    await cache.get("a")
    await cache.has("c")

    expect(traffic.lastMinute()).toMatchObject({ lookups: 5, hits: 3, hitRate: 0.6 })
  })

  it("of a getOrSet count once, without the reads inside it", async () => {
    const { cache, traffic } = counted()
    await cache.getOrSet("k", () => 1)
    await cache.getOrSet("k", () => 2)
    await cache.getOrSetMany(["k", "l"], () => ({ l: 3 }))

    expect(traffic.lastMinute()).toMatchObject({ lookups: 4, hits: 2 })
  })

  it("include stale hits, which are also counted separately", async () => {
    const { cache, traffic } = counted(new LocmemBackend({ now: Date.now }))
    const options = { timeout: 1, staleFor: 60 }
    await cache.getOrSet("k", () => 1, options)
    vi.advanceTimersByTime(2_000)
    await cache.getOrSet("k", () => 2, options)

    expect(traffic.lastMinute()).toMatchObject({ lookups: 2, hits: 1, stale: 1 })
  })

  it("do not include failed reads, which count as misses", async () => {
    const { backend, cache, traffic } = countedFailing()
    backend.failure = refusal()
    await cache.get("k")
    await cache.getMany(["a", "b"])
    await cache.getOrSet("k", () => 1)

    expect(traffic.lastMinute()).toMatchObject({ lookups: 4, hits: 0, hitRate: 0 })
  })

  it("have no rate without lookups", async () => {
    const { cache, traffic } = counted()
    await cache.set("k", 1)

    expect(traffic.lastMinute()).toMatchObject({ lookups: 0, hitRate: null })
  })
})

describe("operations", () => {
  it("are counted by kind, with a batch as one, and without operations inside others", async () => {
    const { cache, traffic } = counted()
    await cache.get("a")
    await cache.getMany(["a", "b"])
    await cache.getOrSet("c", () => 1)
    await cache.set("a", 1)
    await cache.delete("a")
    await cache.ping()

    expect(traffic.lastMinute().operations).toEqual({ reads: 2, getOrSet: 1, writes: 1, removals: 1, other: 1 })
  })

  it("per second are over the time that has passed", async () => {
    const { cache, traffic } = counted()
    for (let call = 0; call < 40; call++) await cache.get("k")
    expect(traffic.lastMinute()).toMatchObject({ seconds: 1, operationsPerSecond: 40 })
    vi.advanceTimersByTime(20_000)
    expect(traffic.lastMinute()).toMatchObject({ seconds: 20, operationsPerSecond: 2 })
    vi.advanceTimersByTime(120_000)
    expect(traffic.lastMinute()).toMatchObject({ operationsPerSecond: 0 })
    expect(traffic.lastTenMinutes().operations.reads).toBe(40)
    vi.advanceTimersByTime(600_000)
    expect(traffic.lastTenMinutes().operations.reads).toBe(0)
  })

  it("of other caches, or after stop, are not counted", async () => {
    const { cache, traffic } = counted()
    await new Cache(new DummyBackend(), { alias: "other" }).get("k")
    for (const counter of counters) counter.stop()
    await cache.get("k")

    expect(traffic.lastMinute().operations.reads).toBe(0)
  })

  it("do not include stats, which the dashboard calls", async () => {
    const { cache, traffic } = counted()
    await cache.stats()

    expect(traffic.lastMinute()).toMatchObject({ operationsPerSecond: 0, store: { calls: 0 } })
  })
})

describe("times", () => {
  it("of the store are of single calls, including those inside a getOrSet", async () => {
    const { cache, traffic } = counted()
    await cache.getOrSet("k", () => {
      vi.advanceTimersByTime(500)
      return 1
    })

    const { store } = traffic.lastMinute()
    expect(store).toMatchObject({ calls: 2, mean: 0 })
    expect(store.p95).toBeLessThan(1)
  })

  it("of producers are counted separately", async () => {
    const { cache, traffic } = counted()
    for (const [key, time] of Object.entries({ a: 500, b: 100 })) {
      await cache.getOrSet(key, () => vi.advanceTimersByTime(time) && 1)
    }
    await cache.getOrSet("a", () => 2)

    expect(traffic.lastMinute().producer).toEqual({ runs: 2, total: 600, mean: 300 })
  })

  it("have a mean and a 95th percentile", async () => {
    const { backend, cache, traffic } = counted()
    vi.spyOn(backend, "set").mockImplementation(async () => void vi.advanceTimersByTime(30))
    for (let call = 0; call < 9; call++) await cache.get("k")
    await cache.set("k", 1)

    const { mean, p95 } = traffic.lastMinute().store
    expect(mean).toBeCloseTo(3)
    expect(p95).toBeGreaterThan(27)
    expect(p95).toBeLessThan(33)
  })
})

describe("errors", () => {
  it("count once if they reach several callers or operations", async () => {
    const { cache, traffic } = counted()
    const failing = () => cache.getOrSet("k", () => Promise.reject(new RangeError("of the producer")))
    await Promise.allSettled([failing(), failing(), failing()])

    expect(traffic.lastMinute()).toMatchObject({ errors: 1, lookups: 3, hits: 0 })
    expect(traffic.lastError).toMatchObject({ code: "RangeError" })
  })

  it("that count as misses for the caller are counted", async () => {
    const { backend, cache, traffic } = countedFailing()
    backend.failure = refusal()
    await cache.get("k")
    await cache.getOrSet("k", () => 1)

    expect(traffic.lastMinute().errors).toBe(2)
    expect(traffic.lastError?.code).toBe("ECONNREFUSED")
  })

  it("that are not objects count each time", async () => {
    const { cache, traffic } = counted()
    for (const key of ["a", "b"]) await cache.getOrSet(key, () => Promise.reject("text")).catch(() => undefined)

    expect(traffic.lastMinute().errors).toBe(2)
    expect(traffic.lastError?.code).toBe("string")
  })

  it("with names that cannot be read do not reach the application", async () => {
    const { cache, traffic } = counted()
    const error = Object.defineProperty(new Error("broken"), "name", {
      get() {
        throw new TypeError("no name")
      },
    })
    const uncaught: unknown[] = []
    const onUncaught = (thrown: unknown): void => void uncaught.push(thrown)
    process.on("uncaughtException", onUncaught)
    await expect(cache.getOrSet("k", () => Promise.reject(error))).rejects.toBe(error)
    // Node rethrows the errors of subscribers on the next tick.
    await new Promise((resolve) => setImmediate(resolve))
    process.off("uncaughtException", onUncaught)

    expect(uncaught).toEqual([])
    expect(process.emitWarning).toHaveBeenCalledWith("A cache operation could not be counted", expect.anything())
    expect(traffic.lastMinute().errors).toBe(1)
  })

  it("are reported without keys or messages", async () => {
    const { cache, traffic } = counted()
    await cache.getOrSet("secret", () => Promise.reject(new Error("secret"))).catch(() => undefined)
    await cache.get("secret")

    const all = [traffic, traffic.lastMinute(), traffic.lastTenMinutes(), traffic.history(), traffic.lastError]
    expect(JSON.stringify(all)).not.toContain("secret")
  })
})

describe("an outage", () => {
  it("lasts from the first failure until ten seconds after the last one", async () => {
    const { backend, cache, traffic } = countedFailing()
    await cache.get("k")
    expect(traffic.outage).toBeUndefined()
    backend.failure = refusal()
    const at = new Date().toISOString()
    for (let second = 0; second < 30; second++) {
      await cache.get("k")
      vi.advanceTimersByTime(1_000)
    }
    expect(traffic.outage).toEqual({ at, code: "ECONNREFUSED" })
    backend.failure = undefined
    vi.advanceTimersByTime(8_999)
    expect(traffic.outage).toEqual({ at, code: "ECONNREFUSED" })
    vi.advanceTimersByTime(1)
    expect(traffic.outage).toBeUndefined()
  })

  it("is also detected by failing stats calls, which do not count as errors", async () => {
    const { backend, cache, traffic } = countedFailing()
    backend.failure = refusal()
    await cache.stats().catch(() => undefined)

    expect(traffic.outage?.code).toBe("ECONNREFUSED")
    expect(traffic.lastMinute().errors).toBe(0)
  })

  it("is not caused by errors of producers or values that are too large", async () => {
    const { backend, cache, traffic } = countedFailing()
    await cache.getOrSet("k", () => Promise.reject(refusal())).catch(() => undefined)
    backend.failure = new RangeError("the value has more than 1 MiB")
    await cache.set("k", 1)

    expect(traffic.lastMinute().errors).toBe(2)
    expect(traffic.outage).toBeUndefined()
  })
})

describe("the history", () => {
  it("has a point every five seconds, with gaps where there were no lookups", async () => {
    const { cache, traffic } = counted()
    await cache.set("k", 1)
    await cache.get("k")
    vi.advanceTimersByTime(5_000)
    await cache.get("x")
    vi.advanceTimersByTime(5_000)

    expect(traffic.history()).toEqual({
      secondsPerPoint: 5,
      hitRate: [1, 0, null],
      operationsPerSecond: [0.4, 0.2, 0],
    })
  })
})
