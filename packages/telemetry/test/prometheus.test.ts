import { setTimeout as sleep } from "node:timers/promises"
import { Cache, operations } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { AggregatorRegistry, type Histogram, Registry } from "prom-client"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { instruments } from "../src/index.js"
import { prometheusMetrics } from "../src/prometheus.js"
import { BytesBackend } from "./bytes-backend.js"
import { monitored } from "./scrape.js"

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe("operations", () => {
  it("are counted by alias, backend, operation and result", async () => {
    const { scrape } = await monitored()
    const cache = new Cache(new LocmemBackend(), { alias: "pages" })
    await cache.set("a", "value")
    await cache.get("a")
    await cache.get("a")
    await cache.get("b")
    await cache.delete("b")
    const metrics = await scrape()
    const where = { alias: "pages", backend: "locmem" }
    expect(metrics.by("result", "larder_operations_total", { ...where, operation: "get" })).toEqual({ hit: 2, miss: 1 })
    expect(metrics.by("operation", "larder_operations_total", { ...where, result: "ok" })).toEqual({
      set: 1,
      delete: 1,
    })
    expect(metrics.by("operation", "larder_operation_duration_seconds_count", where)).toEqual({
      set: 1,
      get: 3,
      delete: 1,
    })
  })

  it("are timed in seconds", async () => {
    const { scrape } = await monitored()
    const cache = new Cache(new LocmemBackend())
    await cache.getOrSet("slow", () => sleep(40, "value"))
    const metrics = await scrape()
    for (const name of ["larder_operation_duration_seconds", "larder_producer_duration_seconds"]) {
      const seconds = metrics.sum(`${name}_sum`, { operation: "getOrSet" }) as number
      expect(seconds).toBeGreaterThan(0.035)
      expect(seconds).toBeLessThan(30)
      expect(metrics.sum(`${name}_bucket`, { operation: "getOrSet", le: "0.025" })).toBe(0)
      expect(metrics.sum(`${name}_bucket`, { operation: "getOrSet", le: "+Inf" })).toBe(1)
    }
    expect(metrics.sum("larder_producer_duration_seconds_count")).toBe(1)
  })

  it("inside others do not count: a getOrSet that misses is one operation and one lookup", async () => {
    const { scrape } = await monitored()
    const cache = new Cache(new LocmemBackend())
    await cache.getOrSet("k", () => 1)
    await cache.getOrSet("k", () => 2)
    await cache.getOrSet("k", () => 3)
    const metrics = await scrape()
    expect(metrics.sum("larder_operations_total")).toBe(3)
    expect(metrics.by("result", "larder_lookups_total")).toEqual({ miss: 1, hit: 2 })
    // Durations also have the operations inside: a get each, and the write of the first call.
    expect(metrics.by("operation", "larder_operation_duration_seconds_count")).toEqual({ getOrSet: 3, get: 3, add: 1 })
  })

  it("report hits and misses from the first lookup on, so that a hit ratio can be zero", async () => {
    const { scrape } = await monitored()
    await new Cache(new LocmemBackend()).get("k")
    const metrics = await scrape()
    expect(metrics.sum("larder_lookups_total", { operation: "get", result: "hit" })).toBe(0)
    expect(metrics.sum("larder_lookups_total", { operation: "get", result: "miss" })).toBe(1)
  })

  it("on batches are one operation, and one lookup per key", async () => {
    const { scrape } = await monitored()
    const cache = new Cache(new LocmemBackend())
    await cache.setMany({ a: 1, b: 2 })
    await cache.getMany(["a", "b"])
    await cache.getMany(["a", "b", "c"])
    await cache.getMany(["x", "y"])
    await cache.getOrSetMany(["a", "z"], () => ({ z: 26 }))
    const metrics = await scrape()
    expect(metrics.by("result", "larder_operations_total", { operation: "getMany" })).toEqual({
      hit: 1,
      partial: 1,
      miss: 1,
    })
    expect(metrics.by("result", "larder_lookups_total", { operation: "getMany" })).toEqual({ hit: 4, miss: 3 })
    expect(metrics.by("result", "larder_lookups_total", { operation: "getOrSetMany" })).toEqual({ hit: 1, miss: 1 })
  })

  it("that return an old value are stale", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { scrape } = await monitored()
    const cache = new Cache(new LocmemBackend())
    const options = { timeout: 10, staleFor: 60 }
    await cache.getOrSet("k", () => "old", options)
    vi.setSystemTime(Date.now() + 20_000)
    expect(await cache.getOrSet("k", () => "new", options)).toBe("old")
    const refreshes = async () => (await scrape()).by("result", "larder_operations_total", { operation: "refresh" })
    await expect.poll(refreshes).toEqual({ ok: 1 })
    const metrics = await scrape()
    expect(metrics.by("result", "larder_lookups_total", { operation: "getOrSet" })).toEqual({ miss: 1, stale: 1 })
    expect(metrics.by("operation", "larder_producer_duration_seconds_count")).toEqual({ getOrSet: 1, refresh: 1 })
  })

  it("count the bytes of stored values", async () => {
    const { scrape } = await monitored()
    const cache = new Cache(new BytesBackend())
    await cache.set("a", "12345")
    await cache.get("a")
    await cache.get("a")
    await cache.getOrSet("b", () => 123)
    const metrics = await scrape()
    expect(metrics.by("direction", "larder_io_bytes_total")).toEqual({ write: 7 + 3, read: 14 })
  })
})

describe("errors", () => {
  it("are counted once, for the innermost operation, including those that count as a miss", async () => {
    const { scrape } = await monitored()
    const backend = new BytesBackend()
    const cache = new Cache(backend)
    const strict = new Cache(backend, { alias: "strict", onError: "throw" })
    backend.failure = new Error("refused")
    expect(await cache.get("k")).toBeUndefined()
    expect(await cache.getOrSet("k", () => 1)).toBe(1)
    await expect(strict.getOrSet("k", () => 1)).rejects.toThrow("refused")
    await expect(cache.delete("k")).rejects.toThrow("refused")
    const metrics = await scrape()
    const ofStore = { error_type: "LARDER_BACKEND" }
    expect(metrics.by("operation", "larder_errors_total", { ...ofStore, alias: "bytes" })).toEqual({
      get: 2,
      delete: 1,
    })
    expect(metrics.by("operation", "larder_errors_total", { ...ofStore, alias: "strict" })).toEqual({ get: 1 })
    expect(metrics.by("result", "larder_operations_total", { alias: "bytes", operation: "get" })).toEqual({ error: 1 })
    expect(metrics.by("result", "larder_operations_total", { alias: "bytes", operation: "getOrSet" })).toEqual({
      miss: 1,
    })
    expect(metrics.by("result", "larder_lookups_total", { alias: "bytes" })).toEqual({ error: 1, miss: 1 })
  })

  it("of undecodable entries and of producers have their own types", async () => {
    const { scrape } = await monitored()
    const backend = new BytesBackend()
    const cache = new Cache(backend)
    await backend.set(":1:broken", Buffer.from("{broken"))
    expect(await cache.get("broken")).toBeUndefined()
    const error = new Error("no database")
    const produce = () => cache.getOrSet("k", () => Promise.reject(error))
    await expect(Promise.all([produce(), produce()])).rejects.toThrow("no database")
    const metrics = await scrape()
    expect(metrics.by("error_type", "larder_errors_total")).toEqual({ LARDER_DECODE: 1, _OTHER: 2 })
    expect(metrics.by("result", "larder_operations_total", { operation: "get" })).toEqual({ miss: 1 })
    expect(metrics.by("result", "larder_operations_total", { operation: "getOrSet" })).toEqual({ error: 2 })
  })
})

describe("labels", () => {
  it("stay bounded if an application keeps creating aliases", async () => {
    const { scrape } = await monitored({ maxCaches: 3 })
    for (let tenant = 0; tenant < 20; tenant++) {
      const cache = new Cache(new LocmemBackend(), { alias: `tenant-${tenant}` })
      await cache.get("k")
      await cache.set("k", 1)
    }
    const metrics = await scrape()
    expect(metrics.by("alias", "larder_operations_total", { operation: "get" })).toEqual({
      "tenant-0": 1,
      "tenant-1": 1,
      "tenant-2": 1,
      _OTHER: 17,
    })
    expect(metrics.by("backend", "larder_operations_total")).toEqual({ locmem: 6, _OTHER: 34 })
    expect(metrics.sum("larder_operation_duration_seconds_count")).toBe(40)
  })

  it("distinguish caches with the same alias but different backends", async () => {
    const { scrape } = await monitored()
    await new Cache(new LocmemBackend(), { alias: "twin" }).get("k")
    await new Cache(new BytesBackend(), { alias: "twin" }).get("k")
    expect((await scrape()).by("backend", "larder_lookups_total", { alias: "twin" })).toEqual({ locmem: 1, bytes: 1 })
  })
})

describe("stopping", () => {
  it("does not remove the metrics of a later subscription if it is repeated", async () => {
    const register = new Registry()
    const stopFirst = prometheusMetrics({ register })
    stopFirst()
    onTestFinished(prometheusMetrics({ register }))
    stopFirst()
    expect(register.getMetricsAsArray()).toHaveLength(instruments.length)
  })

  it("unsubscribes and removes the metrics, which start at zero when added again", async () => {
    const register = new Registry()
    const cache = new Cache(new LocmemBackend())
    const stop = prometheusMetrics({ register })
    expect(operations.hasSubscribers).toBe(true)
    await cache.get("k")
    expect(await register.metrics()).toContain('result="miss"} 1')
    stop()
    stop()
    expect(operations.hasSubscribers).toBe(false)
    expect(register.getMetricsAsArray()).toEqual([])
    await cache.get("k")
    const stopAgain = prometheusMetrics({ register })
    await cache.get("k")
    expect(await register.metrics()).toContain('result="miss"} 1')
    stopAgain()
  })

  it("does not affect other subscriptions", async () => {
    const first = await monitored()
    const second = await monitored()
    const cache = new Cache(new LocmemBackend())
    await cache.get("k")
    first.stop()
    await cache.get("k")
    expect((await first.scrape()).samples).toEqual([])
    expect((await second.scrape()).sum("larder_lookups_total")).toBe(2)
  })

  it("is required before the same registry can be used again", async () => {
    const { register, scrape } = await monitored()
    expect(() => prometheusMetrics({ register })).toThrow(
      "The registry already has larder_operations_total: stop the earlier prometheusMetrics() first",
    )
    await new Cache(new LocmemBackend()).get("k")
    expect((await scrape()).sum("larder_lookups_total")).toBe(1)
  })
})

it("does not let its own errors reach the application, and warns once", async () => {
  const { register, scrape } = await monitored()
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
  const uncaught: unknown[] = []
  const onUncaught = (error: unknown): void => void uncaught.push(error)
  process.on("uncaughtException", onUncaught)
  const duration = register.getSingleMetric("larder_operation_duration_seconds") as Histogram
  vi.spyOn(duration, "observe").mockImplementation(() => {
    throw new Error("no more memory")
  })
  const cache = new Cache(new LocmemBackend())
  await cache.set("k", 1)
  expect(await cache.get("k")).toBe(1)
  // Node rethrows the errors of subscribers on the next tick.
  await new Promise((resolve) => setImmediate(resolve))
  process.off("uncaughtException", onUncaught)
  expect(uncaught).toEqual([])
  expect(warnings.mock.calls.map(([message]) => String(message))).toEqual([
    "Cache telemetry is incomplete because an operation could not be recorded: no more memory",
  ])
  expect((await scrape()).sum("larder_lookups_total")).toBe(1)
})

describe("options", () => {
  it.each([
    [{ cache: 1 }, "Unknown option cache; the options are register, caches, statsTimeout, maxCaches, buckets"],
    [{ statsTimeout: 0 }, "statsTimeout must be longer than zero and at most a minute; got 0"],
    [{ statsTimeout: "2h" }, "statsTimeout must be longer than zero and at most a minute; got '2h'"],
    [{ maxCaches: 0 }, "maxCaches must be an integer of at least 1; got 0"],
    [{ buckets: [1, 0.5] }, "buckets must be positive numbers in ascending order; got [ 1, 0.5 ]"],
    [{ buckets: [] }, "buckets must be positive numbers in ascending order; got []"],
    [{ caches: 1 }, "caches must be the result of createCaches, or a list of caches; got 1"],
    [
      { caches: [new Cache(new LocmemBackend()), new Cache(new LocmemBackend())] },
      'Two caches have the alias "locmem" and the same backend, so their metrics would be indistinguishable',
    ],
  ])("are checked: %o", (options, message) => {
    const register = new Registry()
    expect(() => prometheusMetrics({ register, ...(options as object) })).toThrow(new TypeError(message))
    expect(operations.hasSubscribers).toBe(false)
  })
})

it("are aggregated over the workers of a cluster, where a store is up only if every worker reaches it", async () => {
  const workers = [{ stats: async () => ({ entries: 2 }) }, { stats: () => Promise.reject(new Error("no route")) }]
  const scraped = workers.map(async ({ stats }) => {
    const register = new Registry()
    const cache = new Cache(Object.assign(new LocmemBackend(), { stats }))
    onTestFinished(prometheusMetrics({ register, caches: [cache] }))
    return register.getMetricsAsJSON()
  })
  const all = await AggregatorRegistry.aggregate(await Promise.all(scraped)).metrics()
  expect(all).toContain('larder_store_up{alias="locmem",backend="locmem"} 0')
  expect(all).toContain('larder_store_entries{alias="locmem",backend="locmem"} 2')
})
