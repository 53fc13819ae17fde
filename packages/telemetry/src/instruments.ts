/** The dimensions of measurements: `label` in Prometheus, `attribute` in OpenTelemetry. Each has a bounded set of values. */
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

/** One thing that is measured, under the name that OpenTelemetry uses for it. */
export interface Instrument {
  /** `larder.operation.duration`. In Prometheus, by `prometheusName`: `larder_operation_duration_seconds`. */
  readonly name: `larder.${string}`
  /** A `counter` only grows, a `gauge` is a current value, a `histogram` has buckets. */
  readonly kind: "counter" | "gauge" | "histogram"
  /** In UCUM: `s`, `By`, or in braces what is counted, such as `{key}`. */
  readonly unit: string
  readonly description: string
  readonly dimensions: readonly Dimension[]
}

/** What is counted as operations and pages happen. */
export type CounterName = "errors" | "io" | "lookups" | "operations" | "pageRenders" | "pageRequests"
/** What is recorded once for each operation. */
export type HistogramName = "operationDuration" | "producerDuration"
/** What stores report when they are asked. */
export type StoreFigure = "entries" | "evictions" | "hits" | "misses" | "size" | "up"

const ofOperation = ["alias", "backend", "operation"] as const
const ofStore = ["alias", "backend"] as const

export const counters: Readonly<Record<CounterName, Instrument>> = {
  operations: {
    name: "larder.operations",
    kind: "counter",
    unit: "{operation}",
    description: "Operations that the application called, not those inside others, by result.",
    dimensions: [...ofOperation, "result"],
  },
  lookups: {
    name: "larder.lookups",
    kind: "counter",
    unit: "{key}",
    description: "Keys that the application looked up, each key of a batch for itself, by result.",
    dimensions: [...ofOperation, "result"],
  },
  errors: {
    name: "larder.errors",
    kind: "counter",
    unit: "{error}",
    description: "Errors of all operations, by the innermost that had them, also those that counted as a miss.",
    dimensions: [...ofOperation, "error.type"],
  },
  io: {
    name: "larder.io",
    kind: "counter",
    unit: "By",
    description: "Bytes read from and written to the store, as stored.",
    dimensions: [...ofOperation, "direction"],
  },
  pageRequests: {
    name: "larder.page.requests",
    kind: "counter",
    unit: "{request}",
    description: "Requests that were answered from the page cache, or passed by it, by outcome and reason.",
    dimensions: ["outcome", "reason"],
  },
  pageRenders: {
    name: "larder.page.renders",
    kind: "counter",
    unit: "{render}",
    description:
      "Runs of a handler for the page cache, background refreshes included, and whether the page was stored.",
    dimensions: ["stored", "reason"],
  },
}

export const histograms: Readonly<Record<HistogramName, Instrument>> = {
  operationDuration: {
    name: "larder.operation.duration",
    kind: "histogram",
    unit: "s",
    description: "Duration of every operation, those inside others included.",
    dimensions: ofOperation,
  },
  producerDuration: {
    name: "larder.producer.duration",
    kind: "histogram",
    unit: "s",
    description: "How long the functions that compute values took.",
    dimensions: ofOperation,
  },
}

export const storeFigures: Readonly<Record<StoreFigure, Instrument>> = {
  up: {
    name: "larder.store.up",
    kind: "gauge",
    unit: "",
    description: "1 if the store said how it is, 0 if it failed or did not answer in time.",
    dimensions: ofStore,
  },
  entries: {
    name: "larder.store.entries",
    kind: "gauge",
    unit: "{entry}",
    description: "Entries in the store, as it counts them.",
    dimensions: ofStore,
  },
  size: {
    name: "larder.store.size",
    kind: "gauge",
    unit: "By",
    description: "Bytes that the store takes, as it counts them.",
    dimensions: ofStore,
  },
  hits: {
    name: "larder.store.hits",
    kind: "counter",
    unit: "{key}",
    description: "Hits since the store started, of all its clients.",
    dimensions: ofStore,
  },
  misses: {
    name: "larder.store.misses",
    kind: "counter",
    unit: "{key}",
    description: "Misses since the store started, of all its clients.",
    dimensions: ofStore,
  },
  evictions: {
    name: "larder.store.evictions",
    kind: "counter",
    unit: "{entry}",
    description: "Live entries that the store dropped to make room, since it started.",
    dimensions: ofStore,
  },
}

/** Everything that is measured. */
export const instruments: readonly Instrument[] = [counters, histograms, storeFigures].flatMap((group) =>
  Object.values<Instrument>(group),
)

/**
 * The upper bounds of the buckets of both histograms, in seconds: from a hit in memory to a producer that calls a slow
 * service.
 */
export const durationBuckets: readonly number[] = [
  0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** The keys of a group of instruments. */
export function namesOf<Name extends string>(group: Readonly<Record<Name, Instrument>>): readonly Name[] {
  return Object.keys(group) as Name[]
}
