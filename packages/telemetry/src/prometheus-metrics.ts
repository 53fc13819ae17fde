import {
  Counter,
  register as defaultRegister,
  Gauge,
  Histogram,
  type Metric,
  type Registry,
  type RegistryContentType,
} from "prom-client"
import {
  counters,
  histograms,
  type Instrument,
  instruments,
  namesOf,
  type StoreMetric,
  storeMetrics,
} from "./instruments.js"
import { measure } from "./measure.js"
import { type MetricsOptions, resolveMetricsOptions } from "./metrics-options.js"
import { prometheusLabel, prometheusName } from "./prometheus-name.js"
import type { Labels, Point } from "./series.js"
import type { StoreReport } from "./store-reports.js"

/** The options of `prometheusMetrics`. */
export interface PrometheusOptions extends MetricsOptions {
  /** The registry for the metrics. Default: the global registry of prom-client. */
  readonly register?: Registry<RegistryContentType>
}

/**
 * Adds metrics of all caches of this process to a prom-client registry. Returns a function that stops recording and removes the
 * metrics from the registry. If they are added again, they start at zero. Throws a `TypeError` for invalid options, and an
 * `Error` if the registry already has the metrics.
 */
export function prometheusMetrics(options: PrometheusOptions = {}): () => void {
  const { reports, maxCaches, buckets } = resolveMetricsOptions(options, ["register"])
  const { register = defaultRegister } = options
  const duplicate = instruments.map(prometheusName).find((name) => register.getSingleMetric(name) !== undefined)
  if (duplicate !== undefined) {
    throw new Error(`The registry already has ${duplicate}: stop the earlier prometheusMetrics() first`)
  }

  const duration = new Histogram({ ...configFor(histograms.operationDuration), buckets: [...buckets] })
  const producer = new Histogram({ ...configFor(histograms.producerDuration), buckets: [...buckets] })
  const { measurements, stop } = measure(
    {
      operationDuration: (labels, seconds) => duration.observe(labels, seconds),
      producerDuration: (labels, seconds) => producer.observe(labels, seconds),
    },
    maxCaches,
  )
  const metrics: Metric[] = [
    duration,
    producer,
    ...namesOf(counters).map((name) => createCounter(counters[name], () => measurements.points(name))),
    ...namesOf(storeMetrics).map((name) => {
      const instrument = storeMetrics[name]
      const create = instrument.kind === "counter" ? createCounter : createGauge
      return create(instrument, async () => pointsOf(await reports.collect(), name))
    }),
  ]
  for (const metric of metrics) register.registerMetric(metric)

  let isStopped = false
  return () => {
    // Otherwise a second call would remove the metrics of a later subscription.
    if (isStopped) return
    isStopped = true
    stop()
    for (const instrument of instruments) register.removeSingleMetric(prometheusName(instrument))
  }
}

type Points = Iterable<Point> | Promise<Iterable<Point>>

/** Creates a counter that reads its values on collection. */
function createCounter(instrument: Instrument, points: () => Points): Counter {
  return new Counter({
    ...configFor(instrument),
    async collect() {
      const all = await points()
      this.reset()
      for (const { labels, value } of all) this.inc(labelsOf(labels), value)
    },
  })
}

/** Creates a gauge that reads its values on collection. */
function createGauge(instrument: Instrument, points: () => Points): Gauge {
  return new Gauge({
    ...configFor(instrument),
    // How prom-client combines the workers of a cluster. A sum would hide the one that does not reach its store.
    aggregator: instrument === storeMetrics.up ? "min" : "sum",
    async collect() {
      const all = await points()
      this.reset()
      for (const { labels, value } of all) this.set(labelsOf(labels), value)
    },
  })
}

/** `registers` is empty so that the metrics are registered only after all of them have been created. */
function configFor(instrument: Instrument) {
  return {
    name: prometheusName(instrument),
    help: instrument.description,
    labelNames: instrument.dimensions.map(prometheusLabel),
    registers: [],
  }
}

function labelsOf(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([dimension, value]) => [prometheusLabel(dimension), value]))
}

function pointsOf(reports: readonly StoreReport[], name: StoreMetric): Point[] {
  return reports.flatMap(({ labels, metrics: { [name]: value } }) => (value === undefined ? [] : [{ labels, value }]))
}
