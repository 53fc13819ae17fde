import {
  type Attributes,
  type BatchObservableCallback,
  createNoopMeter,
  type Histogram,
  type MeterProvider,
  metrics,
  type Observable,
} from "@opentelemetry/api"
import { counters, histograms, type Instrument, namesOf, storeMetrics } from "./instruments.js"
import { measure } from "./measure.js"
import { type MetricsOptions, resolveMetricsOptions } from "./metrics-options.js"
import { attributesOf, SCOPE } from "./opentelemetry-attributes.js"
import type { Labels } from "./series.js"
import { warn } from "./warn.js"

/** The options of `openTelemetryMetrics`. */
export interface OpenTelemetryMetricsOptions extends MetricsOptions {
  /** Creates the instruments. Default: the global provider. */
  readonly meterProvider?: MeterProvider
}

/**
 * Records metrics of all caches of this process with OpenTelemetry. Call it once per provider, after starting the SDK; before,
 * it only warns. Returns a function that stops recording. Throws a `TypeError` for invalid options.
 */
export function openTelemetryMetrics(options: OpenTelemetryMetricsOptions = {}): () => void {
  const { reports, maxCaches, buckets } = resolveMetricsOptions(options, ["meterProvider"])
  const meter = (options.meterProvider ?? metrics).getMeter(SCOPE)
  // Tracers begin to record when the SDK starts; meters do not.
  if (meter === createNoopMeter()) {
    warn("No cache metrics are recorded, because OpenTelemetry has none: start the SDK before openTelemetryMetrics()")
  }
  const createHistogram = ({ name, unit, description }: Instrument): Histogram =>
    meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...buckets] } })
  const createObservable = ({ name, kind, unit, description }: Instrument): Observable =>
    kind === "counter"
      ? meter.createObservableCounter(name, { unit, description })
      : meter.createObservableGauge(name, { unit, description })

  const duration = createHistogram(histograms.operationDuration)
  const producer = createHistogram(histograms.producerDuration)
  const attributesCache = new WeakMap<Labels, Attributes>()
  const attributesFor = (labels: Labels): Attributes => {
    const attributes = attributesCache.get(labels) ?? attributesOf(labels)
    attributesCache.set(labels, attributes)
    return attributes
  }
  const { measurements, stop } = measure(
    {
      operationDuration: (labels, seconds) => duration.record(seconds, attributesFor(labels)),
      producerDuration: (labels, seconds) => producer.record(seconds, attributesFor(labels)),
    },
    maxCaches,
  )

  const sums = namesOf(counters).map((name) => ({ name, observable: createObservable(counters[name]) }))
  const collectSums: BatchObservableCallback = (result) => {
    for (const { name, observable } of sums) {
      for (const { labels, value } of measurements.points(name)) result.observe(observable, value, attributesOf(labels))
    }
  }
  const storeObservables = namesOf(storeMetrics).map((name) => ({
    name,
    observable: createObservable(storeMetrics[name]),
  }))
  const collectStores: BatchObservableCallback = async (result) => {
    for (const report of await reports.collect()) {
      for (const { name, observable } of storeObservables) {
        const value = report.metrics[name]
        if (value !== undefined) result.observe(observable, value, attributesOf(report.labels))
      }
    }
  }
  const callbacks = new Map<BatchObservableCallback, Observable[]>([
    [collectSums, sums.map(({ observable }) => observable)],
    [collectStores, storeObservables.map(({ observable }) => observable)],
  ])
  for (const [callback, observables] of callbacks) meter.addBatchObservableCallback(callback, observables)

  return () => {
    stop()
    for (const [callback, observables] of callbacks) meter.removeBatchObservableCallback(callback, observables)
  }
}
