import { setTimeout as sleep } from "node:timers/promises"
import { Cache, operations } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api"
import { AlwaysOffSampler, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace-base"
import { afterEach, describe, expect, it, vi } from "vitest"
import { openTelemetrySpans } from "../src/opentelemetry.js"
import { BytesBackend } from "./bytes-backend.js"
import { activeSpanId, traced } from "./traced.js"

afterEach(() => {
  vi.restoreAllMocks()
})

describe("spans of operations", () => {
  it("are children of the active span, with attributes", async () => {
    const { inRequest, spans, tree } = traced()
    const cache = new Cache(new BytesBackend(), { alias: "pages" })
    const request = await inRequest(async () => {
      await cache.set("k", "value")
      await cache.getMany(["k", "other"])
    })
    expect(tree(request)).toEqual({ "larder.set": {}, "larder.getMany": {} })
    const [set, getMany] = spans() as [ReadableSpan, ReadableSpan]
    const where = { "larder.alias": "pages", "larder.backend": "bytes" }
    expect(set).toMatchObject({
      kind: SpanKind.INTERNAL,
      status: { code: SpanStatusCode.UNSET },
      instrumentationScope: { name: "@larder/telemetry" },
    })
    expect(set.attributes).toEqual({
      ...where,
      "larder.operation": "set",
      "larder.key.count": 1,
      "larder.result": "ok",
      "larder.io": 7,
    })
    expect(getMany.attributes).toEqual({
      ...where,
      "larder.operation": "getMany",
      "larder.key.count": 2,
      "larder.hit.count": 1,
      "larder.result": "partial",
      "larder.io": 7,
    })
  })

  it("contain the spans of operations inside them", async () => {
    const { inRequest, tree } = traced()
    const cache = new Cache(new LocmemBackend())
    const miss = await inRequest(() => cache.getOrSet("k", () => sleep(1, "value")))
    const hit = await inRequest(() => cache.getOrSet("k", () => "another"))
    expect(tree(miss)).toEqual({ "larder.getOrSet": { "larder.get": {}, "larder.add": {} } })
    expect(tree(hit)).toEqual({ "larder.getOrSet": { "larder.get": {} } })
  })

  it("of a background refresh belong to the request that got the stale value", async () => {
    const { inRequest, tree } = traced()
    const cache = new Cache(new LocmemBackend())
    const options = { timeout: 0.02, staleFor: 60 }
    await cache.getOrSet("k", () => "old", options)
    await sleep(40)
    const request = await inRequest(() => cache.getOrSet("k", () => sleep(20, "new"), options))
    const refresh = { "larder.set": {} }
    await expect
      .poll(() => tree(request))
      .toEqual({ "larder.getOrSet": { "larder.get": {}, "larder.refresh": refresh } })
  })

  it("are active in the producer, before and after an await", async () => {
    const { inRequest, spans, tree } = traced()
    const cache = new Cache(new LocmemBackend())
    const other = new Cache(new LocmemBackend(), { alias: "other" })
    const seen: (string | undefined)[] = []
    const request = await inRequest(() =>
      cache.getOrSet("k", async () => {
        seen.push(activeSpanId())
        await sleep(1)
        seen.push(activeSpanId())
        await other.set("inner", 1)
        return "value"
      }),
    )
    expect(tree(request)).toEqual({ "larder.getOrSet": { "larder.get": {}, "larder.set": {}, "larder.add": {} } })
    const getOrSet = spans().find(({ name }) => name === "larder.getOrSet")
    expect(seen).toEqual([getOrSet?.spanContext().spanId, getOrSet?.spanContext().spanId])
  })

  it("are active in the backend, so that spans of its driver are children", async () => {
    const { inRequest } = traced()
    const seen: (string | undefined)[] = []
    class Driven extends BytesBackend {
      override async get(key: string): Promise<Uint8Array | undefined> {
        seen.push(activeSpanId())
        await sleep(1)
        seen.push(activeSpanId())
        return super.get(key)
      }
    }
    const cache = new Cache(new Driven())
    const request = await inRequest(() => cache.get("k"))
    expect(seen[0]).toEqual(expect.any(String))
    expect(seen).toEqual([seen[0], seen[0]])
    expect(seen[0]).not.toBe(request)
  })

  it("are not active after the call", async () => {
    const { inRequest } = traced()
    const cache = new Cache(new LocmemBackend())
    const seen: (string | undefined)[] = []
    const request = await inRequest(async () => {
      const getting = cache.get("k")
      seen.push(activeSpanId())
      await getting
      seen.push(activeSpanId())
      await cache.getOrSet("k", () => 1).then(() => seen.push(activeSpanId()))
    })
    expect(seen).toEqual([request, request, request])
  })

  it("belong to their own request when many run concurrently", async () => {
    const { inRequest, tree } = traced()
    const cache = new Cache(new LocmemBackend())
    const requests = await Promise.all(
      Array.from({ length: 20 }, (_, visitor) =>
        inRequest(async () => {
          await cache.getOrSet(`visitor-${visitor}`, () => sleep(visitor % 3, visitor))
          await cache.get("k")
        }),
      ),
    )
    for (const request of requests) {
      expect(tree(request)).toEqual({ "larder.getOrSet": { "larder.get": {}, "larder.add": {} }, "larder.get": {} })
    }
  })

  it("that share a producer belong to their own requests, and the producer to the first", async () => {
    const { inRequest, spans, tree } = traced()
    const cache = new Cache(new LocmemBackend())
    let ran: string | undefined
    const produce = async (): Promise<number> => {
      ran = activeSpanId()
      return sleep(5, 1)
    }
    const [first, second] = await Promise.all([1, 2].map(() => inRequest(() => cache.getOrSet("k", produce))))
    expect(tree(first)).toEqual({ "larder.getOrSet": { "larder.get": {}, "larder.add": {} } })
    expect(tree(second)).toEqual({ "larder.getOrSet": {} })
    const leader = spans().find(({ parentSpanContext }) => parentSpanContext?.spanId === first)
    expect(ran).toBe(leader?.spanContext().spanId)
  })
})

describe("an error", () => {
  it("sets error.type and the status, without a message or an event", async () => {
    const { inRequest, spans } = traced()
    const backend = new BytesBackend()
    const cache = new Cache(backend)
    backend.failure = new Error("refused by redis://user:password@host")
    await inRequest(async () => {
      expect(await cache.get("k")).toBeUndefined()
      await expect(cache.delete("k")).rejects.toThrow("refused")
    })
    for (const name of ["larder.get", "larder.delete"]) {
      const span = spans().find((one) => one.name === name)
      expect(span?.status).toEqual({ code: SpanStatusCode.ERROR })
      expect(span?.attributes).toMatchObject({ "error.type": "LARDER_BACKEND", "larder.result": "error" })
      expect(span?.events).toEqual([])
    }
  })

  it("of a producer is recorded for its getOrSet", async () => {
    const { inRequest, spans } = traced()
    const cache = new Cache(new LocmemBackend())
    const failing = () => cache.getOrSet("k", () => Promise.reject(new Error("no database")))
    await inRequest(() => expect(failing()).rejects.toThrow("no database"))
    expect(spans().map(({ name, status }) => [name, status.code])).toEqual([
      ["larder.get", SpanStatusCode.UNSET],
      ["larder.getOrSet", SpanStatusCode.ERROR],
      ["request", SpanStatusCode.UNSET],
    ])
    expect(spans()[1]?.attributes["error.type"]).toBe("_OTHER")
  })
})

describe("without an active span", () => {
  it("no spans are created by default", async () => {
    const { spans } = traced()
    const cache = new Cache(new LocmemBackend())
    await cache.getOrSet("k", async () => {
      expect(activeSpanId()).toBeUndefined()
      return 1
    })
    expect(spans()).toEqual([])
  })

  it("spans are created with requireParentSpan: false", async () => {
    const { tree } = traced({ requireParentSpan: false })
    const cache = new Cache(new LocmemBackend())
    await cache.getOrSet("k", () => 1)
    expect(tree(undefined)).toEqual({ "larder.getOrSet": { "larder.get": {}, "larder.add": {} } })
  })
})

it("follows the sampling decision of the request, and propagates it", async () => {
  const { inRequest, spans } = traced({ sampler: new AlwaysOffSampler() })
  const cache = new Cache(new LocmemBackend())
  let flags: TraceFlags | undefined
  await inRequest(() =>
    cache.getOrSet("k", () => {
      flags = trace.getActiveSpan()?.spanContext().traceFlags
      return 1
    }),
  )
  expect(flags).toBe(TraceFlags.NONE)
  expect(spans()).toEqual([])
})

describe("stopping", () => {
  it("unsubscribes, and can be followed by a new start", async () => {
    const { stop, inRequest, spans } = traced()
    const cache = new Cache(new LocmemBackend())
    stop()
    stop()
    expect(operations.hasSubscribers).toBe(false)
    await inRequest(() => cache.get("k"))
    expect(spans().map(({ name }) => name)).toEqual(["request"])
    const again = traced()
    await again.inRequest(() => cache.get("k"))
    expect(again.spans().map(({ name }) => name)).toEqual(["larder.get", "request"])
  })
})

it("does not let an error of a processor reach the application", async () => {
  const failing: SpanProcessor = {
    onStart() {
      throw new Error("no exporter")
    },
    onEnd() {
      throw new Error("no exporter")
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  }
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
  const uncaught: unknown[] = []
  const onUncaught = (error: unknown): void => void uncaught.push(error)
  process.on("uncaughtException", onUncaught)
  traced({ processors: [failing], requireParentSpan: false })
  const cache = new Cache(new LocmemBackend())
  expect(await cache.getOrSet("k", () => 1)).toBe(1)
  // Node rethrows the errors of subscribers on the next tick.
  await new Promise((resolve) => setImmediate(resolve))
  process.off("uncaughtException", onUncaught)
  expect(uncaught).toEqual([])
  expect(warnings).toHaveBeenCalledOnce()
})

it.each([
  [{ parent: true }, "Unknown option parent; the options are tracerProvider, requireParentSpan"],
  [{ requireParentSpan: 1 }, "requireParentSpan must be true or false; got 1"],
])("checks its options: %o", (options, message) => {
  expect(() => openTelemetrySpans(options as object)).toThrow(new TypeError(message))
  expect(operations.hasSubscribers).toBe(false)
})
