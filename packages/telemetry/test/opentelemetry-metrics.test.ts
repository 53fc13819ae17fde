import { Cache, operations } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { AggregationTemporality, DataPointType, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { instruments } from "../src/index.js"
import { type OpenTelemetryMetricsOptions, openTelemetryMetrics } from "../src/opentelemetry.js"
import { BytesBackend } from "./bytes-backend.js"

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** Sets up the metrics SDK until the end of the test. */
function metered(options: OpenTelemetryMetricsOptions = {}, temporality = AggregationTemporality.CUMULATIVE) {
  const reader = new Reader({ aggregationTemporalitySelector: () => temporality })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const stop = openTelemetryMetrics({ ...options, meterProvider })
  onTestFinished(async () => {
    stop()
    await meterProvider.shutdown()
  })
  const collect = async () => {
    const { resourceMetrics, errors } = await reader.collect()
    expect(errors).toEqual([])
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
  }
  /** The points of a metric as `[attributes, value]`, without counters at zero. */
  const points = async (name: string) => {
    const metric = (await collect()).find(({ descriptor }) => descriptor.name === name)
    const all = metric?.dataPoints.map(({ attributes, value }) => [attributes, value] as const) ?? []
    return all.filter(([, value]) => metric?.dataPointType !== DataPointType.SUM || value !== 0)
  }
  return { stop, collect, points, meterProvider }
}

const where = { "larder.alias": "pages", "larder.backend": "locmem" }

describe("metrics", () => {
  it("are the same as for Prometheus, with units", async () => {
    const backend = new BytesBackend()
    backend.report = async () => ({ entries: 1, bytes: 2, hits: 3, misses: 4, evictions: 5 })
    const cache = new Cache(backend)
    const { collect } = metered({ caches: [cache] })
    await cache.getOrSet("k", () => 1)
    backend.failure = new Error("refused")
    await cache.get("k")
    const collected = new Map((await collect()).map(({ descriptor }) => [descriptor.name, descriptor.unit]))
    const notRecorded = ["larder.page.requests", "larder.page.renders"]
    const expected = instruments.filter(({ name }) => !notRecorded.includes(name)).map(({ name, unit }) => [name, unit])
    expect(Object.fromEntries(collected)).toEqual(Object.fromEntries(expected))
  })

  it("count operations and lookups by Larder's attributes", async () => {
    const { points } = metered()
    const cache = new Cache(new LocmemBackend(), { alias: "pages" })
    await cache.getOrSet("k", () => 1)
    await cache.getOrSet("k", () => 1)
    await cache.getMany(["k", "x", "y"])
    const ofGetOrSet = { ...where, "larder.operation": "getOrSet" }
    const ofGetMany = { ...where, "larder.operation": "getMany" }
    expect(await points("larder.operations")).toEqual([
      [{ ...ofGetOrSet, "larder.result": "miss" }, 1],
      [{ ...ofGetOrSet, "larder.result": "hit" }, 1],
      [{ ...ofGetMany, "larder.result": "partial" }, 1],
    ])
    expect(await points("larder.lookups")).toEqual([
      [{ ...ofGetOrSet, "larder.result": "hit" }, 1],
      [{ ...ofGetOrSet, "larder.result": "miss" }, 1],
      [{ ...ofGetMany, "larder.result": "hit" }, 1],
      [{ ...ofGetMany, "larder.result": "miss" }, 2],
    ])
  })

  it("time operations in seconds, with the given buckets", async () => {
    const { collect } = metered({ buckets: [0.001, 10] })
    await new Cache(new LocmemBackend(), { alias: "pages" }).get("k")
    const durations = (await collect()).find(({ descriptor }) => descriptor.name === "larder.operation.duration")
    if (durations?.dataPointType !== DataPointType.HISTOGRAM) throw new Error("The metric is not a histogram")
    expect(durations.dataPoints).toHaveLength(1)
    expect(durations.dataPoints[0]?.attributes).toEqual({ ...where, "larder.operation": "get" })
    expect(durations.dataPoints[0]?.value.count).toBe(1)
    expect(durations.dataPoints[0]?.value.buckets.boundaries).toEqual([0.001, 10])
  })

  it("have error.type as the semantic conventions define it", async () => {
    const { points } = metered()
    const backend = new BytesBackend()
    const cache = new Cache(backend)
    backend.failure = new Error("refused")
    await cache.get("k")
    expect(await points("larder.errors")).toEqual([
      [
        {
          "larder.alias": "bytes",
          "larder.backend": "bytes",
          "larder.operation": "get",
          "error.type": "LARDER_BACKEND",
        },
        1,
      ],
    ])
  })

  it("can be collected with delta temporality", async () => {
    const { points } = metered({}, AggregationTemporality.DELTA)
    const cache = new Cache(new LocmemBackend())
    await cache.get("k")
    await cache.get("k")
    expect((await points("larder.lookups")).map(([, value]) => value)).toEqual([2])
    await cache.get("k")
    expect((await points("larder.lookups")).map(([, value]) => value)).toEqual([1])
  })

  it("include those of stores that respond in time", async () => {
    const hanging = new BytesBackend()
    hanging.report = () => new Promise(() => undefined)
    const fine = new Cache(new BytesBackend(), { alias: "fine" })
    const { points } = metered({
      caches: [new Cache(hanging, { alias: "hanging", operationTimeout: null }), fine],
      statsTimeout: "50ms",
    })
    await fine.set("k", 1)
    expect(await points("larder.store.up")).toEqual([
      [{ "larder.alias": "hanging", "larder.backend": "bytes" }, 0],
      [{ "larder.alias": "fine", "larder.backend": "bytes" }, 1],
    ])
    expect(await points("larder.store.entries")).toEqual([[{ "larder.alias": "fine", "larder.backend": "bytes" }, 1]])
  })
})

it("unsubscribes when it is stopped, and can be started again", async () => {
  const { stop, points, meterProvider } = metered()
  const cache = new Cache(new LocmemBackend())
  await cache.get("k")
  stop()
  expect(operations.hasSubscribers).toBe(false)
  await cache.get("k")
  const stopAgain = openTelemetryMetrics({ meterProvider })
  await cache.get("k")
  expect((await points("larder.lookups")).map(([, value]) => value)).toEqual([1])
  stopAgain()
})

it("warns if there is no SDK yet, because what it creates then never records", () => {
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue()
  const stop = openTelemetryMetrics()
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringContaining("start the SDK before openTelemetryMetrics()"),
    expect.objectContaining({ code: "LARDER_TELEMETRY" }),
  )
  stop()
  warn.mockClear()
  metered()
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

it("checks its options", () => {
  vi.spyOn(process, "emitWarning")
  expect(() => openTelemetryMetrics({ register: 1 } as object)).toThrow(
    new TypeError("Unknown option register; the options are meterProvider, caches, statsTimeout, maxCaches, buckets"),
  )
})
