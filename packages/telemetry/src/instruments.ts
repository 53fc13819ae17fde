/** The dimensions: labels in Prometheus, attributes in OpenTelemetry. Each has a bounded set of values. */
export type Dimension =
  | "alias"
  | "backend"
  | "direction"
  | "error.type"
  | "operation"
  | "outcome"
  | "reason"
  | "result"
  | "stored"

/** The definition of a metric. OpenTelemetry calls it an instrument. */
export interface Instrument {
  /** The OpenTelemetry name: `larder.operation.duration`. `prometheusName` returns the one for Prometheus. */
  readonly name: `larder.${string}`
  /** A `counter` only increases, a `gauge` is a current value, a `histogram` has buckets. */
  readonly kind: "counter" | "gauge" | "histogram"
  /** A UCUM unit: `s`, `By`, or the counted items in braces, such as `{key}`. */
  readonly unit: string
  readonly description: string
  readonly dimensions: readonly Dimension[]
}

/** Counters of operations and pages. */
export type CounterName = "errors" | "io" | "lookups" | "operations" | "pageRenders" | "pageRequests"
/** Durations, recorded once per operation. */
export type HistogramName = "operationDuration" | "producerDuration"
/** Metrics that stores report on each collection. */
export type StoreMetric = "entries" | "evictions" | "hits" | "misses" | "size" | "up"

const ofOperation = ["alias", "backend", "operation"] as const
const ofStore = ["alias", "backend"] as const

export const counters: Readonly<Record<CounterName, Instrument>> = {
  operations: {
    name: "larder.operations",
    kind: "counter",
    unit: "{operation}",
    description: "Operations called by the application, without operations inside others, by result.",
    dimensions: [...ofOperation, "result"],
  },
  lookups: {
    name: "larder.lookups",
    kind: "counter",
    unit: "{key}",
    description: "Keys looked up by the application, counting each key of a batch, by result.",
    dimensions: [...ofOperation, "result"],
  },
  errors: {
    name: "larder.errors",
    kind: "counter",
    unit: "{error}",
    description: "Errors by the innermost operation that failed, including those that counted as a miss.",
    dimensions: [...ofOperation, "error.type"],
  },
  io: {
    name: "larder.io",
    kind: "counter",
    unit: "By",
    description: "Bytes read from and written to the store, in stored form.",
    dimensions: [...ofOperation, "direction"],
  },
  pageRequests: {
    name: "larder.page.requests",
    kind: "counter",
    unit: "{request}",
    description: "Requests that the page cache answered or bypassed, by outcome and reason.",
    dimensions: ["outcome", "reason"],
  },
  pageRenders: {
    name: "larder.page.renders",
    kind: "counter",
    unit: "{render}",
    description: "Page renders for the page cache, including background refreshes, by whether the page was stored.",
    dimensions: ["stored", "reason"],
  },
}

export const histograms: Readonly<Record<HistogramName, Instrument>> = {
  operationDuration: {
    name: "larder.operation.duration",
    kind: "histogram",
    unit: "s",
    description: "Duration of every operation, including operations inside others.",
    dimensions: ofOperation,
  },
  producerDuration: {
    name: "larder.producer.duration",
    kind: "histogram",
    unit: "s",
    description: "Duration of the functions that compute values.",
    dimensions: ofOperation,
  },
}

export const storeMetrics: Readonly<Record<StoreMetric, Instrument>> = {
  up: {
    name: "larder.store.up",
    kind: "gauge",
    unit: "",
    description: "1 if the store reported its metrics, 0 if it failed or did not respond in time.",
    dimensions: ofStore,
  },
  entries: {
    name: "larder.store.entries",
    kind: "gauge",
    unit: "{entry}",
    description: "Entries in the store, as reported by the store.",
    dimensions: ofStore,
  },
  size: {
    name: "larder.store.size",
    kind: "gauge",
    unit: "By",
    description: "Bytes used by the store, as reported by the store.",
    dimensions: ofStore,
  },
  hits: {
    name: "larder.store.hits",
    kind: "counter",
    unit: "{key}",
    description: "Hits of all clients since the store started.",
    dimensions: ofStore,
  },
  misses: {
    name: "larder.store.misses",
    kind: "counter",
    unit: "{key}",
    description: "Misses of all clients since the store started.",
    dimensions: ofStore,
  },
  evictions: {
    name: "larder.store.evictions",
    kind: "counter",
    unit: "{entry}",
    description: "Live entries evicted since the store started.",
    dimensions: ofStore,
  },
}

/** All metrics. */
export const instruments: readonly Instrument[] = [counters, histograms, storeMetrics].flatMap((group) =>
  Object.values<Instrument>(group),
)

/** The upper bounds of the buckets of both histograms, in seconds: from a hit in memory to a producer that calls a slow service. */
export const durationBuckets: readonly number[] = [
  0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** The names of a group of instruments. */
export function namesOf<Name extends string>(group: Readonly<Record<Name, Instrument>>): readonly Name[] {
  return Object.keys(group) as Name[]
}
