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
  type StoreFigure,
  storeFigures,
} from "./instruments.js"
import { measure } from "./measure.js"
import { type MetricsOptions, settleMetricsOptions } from "./metrics-options.js"
import { prometheusLabel, prometheusName } from "./prometheus-name.js"
import type { Labels, Point } from "./series.js"
import type { StoreReport } from "./store-reports.js"

/** Options of `prometheusMetrics`. */
export interface PrometheusOptions extends MetricsOptions {
  /** The registry to add the metrics to. Default: the global one of prom-client. */
  readonly register?: Registry<RegistryContentType>
}

/**
 * Adds metrics of all caches of this process to a registry of prom-client. Returns a function that stops measuring and takes
 * the metrics out of the registry; if they are added again, they start at zero. Throws a `TypeError` for invalid options, and
 * an `Error` if the registry has the metrics already.
 */
export function prometheusMetrics(options: PrometheusOptions = {}): () => void {
  const { reports, maxCaches, buckets } = settleMetricsOptions(options, ["register"])
  const { register = defaultRegister } = options
  const taken = instruments.map(prometheusName).find((name) => register.getSingleMetric(name) !== undefined)
  if (taken !== undefined) {
    throw new Error(`${taken} is in this registry already: stop the earlier prometheusMetrics() first`)
  }

  const duration = new Histogram({ ...configurationOf(histograms.operationDuration), buckets: [...buckets] })
  const producer = new Histogram({ ...configurationOf(histograms.producerDuration), buckets: [...buckets] })
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
    ...namesOf(counters).map((name) => summing(counters[name], () => measurements.points(name))),
    ...namesOf(storeFigures).map((figure) =>
      (storeFigures[figure].kind === "counter" ? summing : showing)(storeFigures[figure], async () =>
        pointsOf(await reports.ask(), figure),
      ),
    ),
  ]
  for (const metric of metrics) register.registerMetric(metric)

  return () => {
    stop()
    for (const instrument of instruments) register.removeSingleMetric(prometheusName(instrument))
  }
}

type Points = Iterable<Point> | Promise<Iterable<Point>>

/** A counter whose sums are kept elsewhere. */
function summing(instrument: Instrument, points: () => Points): Counter {
  return new Counter({
    ...configurationOf(instrument),
    async collect() {
      const all = await points()
      this.reset()
      for (const { labels, value } of all) this.inc(labelsOf(labels), value)
    },
  })
}

/** A gauge whose values are kept elsewhere. */
function showing(instrument: Instrument, points: () => Points): Gauge {
  return new Gauge({
    ...configurationOf(instrument),
    async collect() {
      const all = await points()
      this.reset()
      for (const { labels, value } of all) this.set(labelsOf(labels), value)
    },
  })
}

/** Metrics register themselves where this says; in none, until all of them are made. */
function configurationOf(instrument: Instrument) {
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

function pointsOf(reports: readonly StoreReport[], figure: StoreFigure): Point[] {
  return reports.flatMap(({ labels, figures: { [figure]: value } }) => (value === undefined ? [] : [{ labels, value }]))
}
