import { CacheError, type Milliseconds, type Operation, type OperationName, operations } from "@larder/core"
import { guarded } from "../guarded.js"
import { isLookup } from "../lookups.js"
import { add, CounterRing, rowCount, rowLength } from "./counter-ring.js"
import { bucketCount, bucketOf, quantile } from "./duration-buckets.js"

export const operationKinds = ["reads", "getOrSet", "writes", "removals", "other"] as const
/** The kinds of operations that the dashboard distinguishes. */
export type OperationKind = (typeof operationKinds)[number]

const kindOf: ReadonlyMap<OperationName, OperationKind> = new Map<OperationName, OperationKind>([
  ["get", "reads"],
  ["getMany", "reads"],
  ["has", "reads"],
  ["ttl", "reads"],
  ["getOrSet", "getOrSet"],
  ["getOrSetMany", "getOrSet"],
  ["add", "writes"],
  ["incr", "writes"],
  ["incrVersion", "writes"],
  ["set", "writes"],
  ["setMany", "writes"],
  ["touch", "writes"],
  ["clear", "removals"],
  ["delete", "removals"],
  ["deleteMany", "removals"],
  ["invalidateTags", "removals"],
  ["prune", "removals"],
])

/** Operations that consist of other operations, or whose duration depends on the application. */
const compositeOperations: ReadonlySet<OperationName> = new Set(["getOrSet", "getOrSetMany", "keys", "refresh"])

/** An outage ends when the store has not failed for this long. */
const recoveryPeriod: Milliseconds = 10_000

const column = {
  lookups: operationKinds.length,
  hits: operationKinds.length + 1,
  stale: operationKinds.length + 2,
  errors: operationKinds.length + 3,
  storeCalls: operationKinds.length + 4,
  storeTime: operationKinds.length + 5,
  producerRuns: operationKinds.length + 6,
  producerTime: operationKinds.length + 7,
  buckets: operationKinds.length + 8,
} as const

/** The traffic of a cache over a period that ends now. */
export interface TrafficFigures {
  readonly seconds: number
  /** Calls by the application, without the operations inside them. A batch counts once. */
  readonly operations: Readonly<Record<OperationKind, number>>
  readonly operationsPerSecond: number
  /** The number of keys looked up. A failed lookup is a miss. */
  readonly lookups: number
  /** Including stale hits. */
  readonly hits: number
  /** From 0 to 1; `null` if there were no lookups. */
  readonly hitRate: number | null
  readonly stale: number
  /** An error that reaches several callers counts once. */
  readonly errors: number
  /** Single calls of the store, including those inside a `getOrSet`. In milliseconds; `null` if there were none. */
  readonly store: { readonly calls: number; readonly mean: number | null; readonly p95: number | null }
  /** Runs of the functions that compute values for `getOrSet`. In milliseconds; `null` if there were none. */
  readonly producer: { readonly runs: number; readonly total: number; readonly mean: number | null }
}

/** Time series, the oldest point first. The last point is still incomplete. */
export interface TrafficHistory {
  readonly secondsPerPoint: number
  readonly hitRate: readonly (number | null)[]
  readonly operationsPerSecond: readonly number[]
}

/** An error without its message, which may contain keys and values. */
export interface ErrorInfo {
  /** The `code` of the error, or its name. */
  readonly code: string
  /** ISO 8601. */
  readonly at: string
}

/** Counts the operations of one cache. Stores no keys. */
export class Traffic {
  readonly #ring = new CounterRing(column.buckets + bucketCount)
  readonly #countedErrors = new WeakSet<object>()
  #lastError: ErrorInfo | undefined
  #firstFailure: ErrorInfo | undefined
  #failedAt: Milliseconds = Number.NEGATIVE_INFINITY

  /** Counts an operation that has ended. */
  count(operation: Operation): void {
    const { error } = operation
    if (error !== undefined) this.#noteFailure(error)
    // The dashboard itself calls `stats`.
    if (operation.operation === "stats") return
    const row = this.#ring.current()
    if (error !== undefined && this.#isNew(error)) {
      add(row, column.errors, 1)
      this.#lastError = infoOf(error)
    }
    if (operation.parent === undefined) countCall(row, operation)
    if (!compositeOperations.has(operation.operation)) countStoreCall(row, operation.duration ?? 0)
    if (operation.producer !== undefined) {
      add(row, column.producerRuns, 1)
      add(row, column.producerTime, operation.producer)
    }
  }

  /** The last minute, or the time since the start if that is shorter. */
  lastMinute(): TrafficFigures {
    return this.#figures(60_000 / rowLength)
  }

  /** The last ten minutes, or the time since the start if that is shorter. */
  lastTenMinutes(): TrafficFigures {
    return this.#figures(rowCount)
  }

  history(): TrafficHistory {
    const rows = this.#ring.rows()
    const newest = this.#secondsOf(1)
    return {
      secondsPerPoint: rowLength / 1_000,
      hitRate: rows.map((row) => ratio(row[column.hits], row[column.lookups])),
      operationsPerSecond: rows.map(
        (row, index) =>
          total(row.subarray(0, operationKinds.length)) / (index < rows.length - 1 ? rowLength / 1_000 : newest),
      ),
    }
  }

  get lastError(): ErrorInfo | undefined {
    return this.#lastError
  }

  /** The first error of the current outage of the store; `undefined` if there is no outage. */
  get outage(): ErrorInfo | undefined {
    return performance.now() - this.#failedAt < recoveryPeriod ? this.#firstFailure : undefined
  }

  /** Whether this error has not been counted yet for another operation. */
  #isNew(error: unknown): boolean {
    if (typeof error !== "object" || error === null) return true
    const isNew = !this.#countedErrors.has(error)
    this.#countedErrors.add(error)
    return isNew
  }

  #noteFailure(error: unknown): void {
    if (!isStoreFailure(error)) return
    this.#firstFailure = this.outage ?? infoOf(error)
    this.#failedAt = performance.now()
  }

  #figures(count: number): TrafficFigures {
    const sums = this.#ring.sum(count)
    const at = (index: number): number => sums[index] ?? 0
    const seconds = this.#secondsOf(count)
    return {
      seconds,
      operations: Object.fromEntries(operationKinds.map((kind, index) => [kind, at(index)])) as Record<
        OperationKind,
        number
      >,
      operationsPerSecond: total(sums.subarray(0, operationKinds.length)) / seconds,
      lookups: at(column.lookups),
      hits: at(column.hits),
      hitRate: ratio(at(column.hits), at(column.lookups)),
      stale: at(column.stale),
      errors: at(column.errors),
      store: {
        calls: at(column.storeCalls),
        mean: ratio(at(column.storeTime), at(column.storeCalls)),
        p95: quantile(sums.subarray(column.buckets), 0.95) ?? null,
      },
      producer: {
        runs: at(column.producerRuns),
        total: at(column.producerTime),
        mean: ratio(at(column.producerTime), at(column.producerRuns)),
      },
    }
  }

  /** At least one second, so that the first calls do not appear as thousands per second. */
  #secondsOf(count: number): number {
    return Math.max(1, this.#ring.covered(count) / 1_000)
  }
}

/** Counts the operations of the caches with these aliases, from its creation until `stop`. */
export class TrafficCounter {
  readonly #byAlias: ReadonlyMap<string, Traffic>
  readonly #subscribers = {
    asyncEnd: guarded("A cache operation could not be counted", (operation: Operation) => {
      this.#byAlias.get(operation.alias)?.count(operation)
    }),
  }

  constructor(aliases: readonly string[]) {
    this.#byAlias = new Map(aliases.map((alias) => [alias, new Traffic()]))
    operations.subscribe(this.#subscribers)
  }

  /** Throws a `TypeError` for an alias that is not counted. */
  of(alias: string): Traffic {
    const traffic = this.#byAlias.get(alias)
    if (traffic === undefined) throw new TypeError(`The cache ${JSON.stringify(alias)} is not counted`)
    return traffic
  }

  stop(): void {
    operations.unsubscribe(this.#subscribers)
  }
}

function countCall(row: Float64Array, { operation, keys, hits, stale }: Operation): void {
  add(row, operationKinds.indexOf(kindOf.get(operation) ?? "other"), 1)
  if (!isLookup(operation)) return
  add(row, column.lookups, keys.length)
  add(row, column.hits, hits?.filter(Boolean).length ?? 0)
  if (stale === true) add(row, column.stale, 1)
}

function countStoreCall(row: Float64Array, duration: Milliseconds): void {
  add(row, column.storeCalls, 1)
  add(row, column.storeTime, duration)
  add(row, column.buckets + bucketOf(duration), 1)
}

function isStoreFailure(error: unknown): boolean {
  // A value that is too large does not mean that the store is down.
  return CacheError.is(error) && error.code === "LARDER_BACKEND" && !(error.cause instanceof RangeError)
}

function infoOf(error: unknown): ErrorInfo {
  return { code: codeOf(error), at: new Date().toISOString() }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const cause = CacheError.is(error) && error.cause instanceof Error ? error.cause : error
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name
  return code.slice(0, 60)
}

function ratio(part = 0, whole = 0): number | null {
  return whole === 0 ? null : part / whole
}

function total(numbers: Float64Array): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
