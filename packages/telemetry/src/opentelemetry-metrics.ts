import {
  type Attributes,
  type BatchObservableCallback,
  type Histogram,
  type MeterProvider,
  metrics,
  type Observable,
} from "@opentelemetry/api"
import { counters, histograms, type Instrument, namesOf, storeFigures } from "./instruments.js"
import { measure } from "./measure.js"
import { type MetricsOptions, settleMetricsOptions } from "./metrics-options.js"
import { attributesOf, SCOPE } from "./opentelemetry-attributes.js"
import type { Labels } from "./series.js"

/** Options of `openTelemetryMetrics`. */
export interface OpenTelemetryMetricsOptions extends MetricsOptions {
  /** Where the instruments are made. Default: the global provider. */
  readonly meterProvider?: MeterProvider
}

/**
 * Records metrics of all caches of this process with OpenTelemetry. Call it once for each provider, and after the SDK has
 * been started. Returns a function that stops measuring. Throws a `TypeError` for invalid options.
 */
export function openTelemetryMetrics(options: OpenTelemetryMetricsOptions = {}): () => void {
  const { reports, maxCaches, buckets } = settleMetricsOptions(options, ["meterProvider"])
  const meter = (options.meterProvider ?? metrics).getMeter(SCOPE)
  const recording = ({ name, unit, description }: Instrument): Histogram =>
    meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...buckets] } })
  const observable = ({ name, kind, unit, description }: Instrument): Observable =>
    kind === "counter"
      ? meter.createObservableCounter(name, { unit, description })
      : meter.createObservableGauge(name, { unit, description })

  const duration = recording(histograms.operationDuration)
  const producer = recording(histograms.producerDuration)
  const remembered = new WeakMap<Labels, Attributes>()
  const attributesFor = (labels: Labels): Attributes => {
    const known = remembered.get(labels) ?? attributesOf(labels)
    remembered.set(labels, known)
    return known
  }
  const { measurements, stop } = measure(
    {
      operationDuration: (labels, seconds) => duration.record(seconds, attributesFor(labels)),
      producerDuration: (labels, seconds) => producer.record(seconds, attributesFor(labels)),
    },
    maxCaches,
  )

  const sums = namesOf(counters).map((name) => ({ name, observed: observable(counters[name]) }))
  const collectSums: BatchObservableCallback = (result) => {
    for (const { name, observed } of sums) {
      for (const { labels, value } of measurements.points(name)) result.observe(observed, value, attributesOf(labels))
    }
  }
  const figures = namesOf(storeFigures).map((figure) => ({ figure, observed: observable(storeFigures[figure]) }))
  const collectFigures: BatchObservableCallback = async (result) => {
    for (const report of await reports.ask()) {
      for (const { figure, observed } of figures) {
        const value = report.figures[figure]
        if (value !== undefined) result.observe(observed, value, attributesOf(report.labels))
      }
    }
  }
  const observedBy = new Map<BatchObservableCallback, Observable[]>([
    [collectSums, sums.map(({ observed }) => observed)],
    [collectFigures, figures.map(({ observed }) => observed)],
  ])
  for (const [callback, observed] of observedBy) meter.addBatchObservableCallback(callback, observed)

  return () => {
    stop()
    for (const [callback, observed] of observedBy) meter.removeBatchObservableCallback(callback, observed)
  }
}
