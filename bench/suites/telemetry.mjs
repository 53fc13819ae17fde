import { Cache, operations as channel } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { openTelemetryMetrics, openTelemetrySpans } from "@larder/telemetry/opentelemetry"
import { prometheusMetrics } from "@larder/telemetry/prometheus"
import { context, trace } from "@opentelemetry/api"
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks"
import { AggregationTemporality, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics"
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  NoopSpanProcessor,
  ParentBasedSampler,
} from "@opentelemetry/sdk-trace-base"
import { Registry } from "prom-client"

export const title = "Telemetry: the cost of measuring an operation"
export const note =
  "Nanoseconds of one awaited call of an in-memory cache, where nothing else hides the cost. `an empty subscriber` is the " +
  "cost of Node's channel alone. Spans are created, but not kept or exported."
export const baseline = "not measured"
export const operations = ["get hit", "getOrSet hit"]

class Reader extends MetricReader {
  async onShutdown() {}
  async onForceFlush() {}
}

/** The operations, each called in the context that `subscribe` returns. */
async function measured(subscribe) {
  const cache = new Cache(new LocmemBackend({ isolation: "reference" }))
  await cache.set("k", { id: 7 })
  const active = subscribe?.()
  const inContext = (call) => (active === undefined ? call : () => context.with(active, call))
  return {
    "get hit": inContext(() => cache.get("k")),
    "getOrSet hit": inContext(() => cache.getOrSet("k", () => 1)),
  }
}

function spans(sampler) {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const tracerProvider = new BasicTracerProvider({
    sampler: new ParentBasedSampler({ root: sampler ?? new AlwaysOnSampler() }),
    spanProcessors: [new NoopSpanProcessor()],
  })
  openTelemetrySpans({ tracerProvider })
  if (sampler === undefined) return undefined
  return trace.setSpan(context.active(), tracerProvider.getTracer("bench").startSpan("request"))
}

export const contenders = {
  "not measured": () => measured(),
  "an empty subscriber": () => measured(() => void channel.subscribe({ asyncEnd() {} })),
  Prometheus: () => measured(() => void prometheusMetrics({ register: new Registry() })),
  "OpenTelemetry metrics": () =>
    measured(() => {
      const readers = [new Reader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })]
      openTelemetryMetrics({ meterProvider: new MeterProvider({ readers }) })
    }),
  "OpenTelemetry spans, none active": () => measured(() => spans(undefined)),
  "OpenTelemetry spans, not sampled": () => measured(() => spans(new AlwaysOffSampler())),
  "OpenTelemetry spans, sampled": () => measured(() => spans(new AlwaysOnSampler())),
}
