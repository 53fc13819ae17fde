import { CacheError, type Milliseconds, type Operation, type OperationName, operations } from "@larder/core"
import { add, CounterRing, rowCount, rowLength } from "./counter-ring.js"
import { bucketCount, bucketOf, quantile } from "./duration-buckets.js"

/** What the dashboard tells apart: reads, `getOrSet`, writes, removals, and the rest. */
export const kinds = ["reads", "getOrSet", "writes", "removals", "other"] as const
export type Kind = (typeof kinds)[number]

const kindOf: ReadonlyMap<OperationName, Kind> = new Map<OperationName, Kind>([
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

/** Each of their keys is a hit or a miss. */
const lookups: ReadonlySet<OperationName> = new Set(["get", "getMany", "getOrSet", "getOrSetMany", "has"])
/** They last as long as the program wants, or have the calls of the store as parts. */
const notOneCall: ReadonlySet<OperationName> = new Set(["getOrSet", "getOrSetMany", "keys", "refresh"])

/** A store is failing until it has not failed for this long. */
const calmAfter: Milliseconds = 10_000

const column = {
  lookups: kinds.length,
  hits: kinds.length + 1,
  stale: kinds.length + 2,
  errors: kinds.length + 3,
  storeCalls: kinds.length + 4,
  storeTime: kinds.length + 5,
  producerRuns: kinds.length + 6,
  producerTime: kinds.length + 7,
  buckets: kinds.length + 8,
} as const

/** What a cache did in a stretch of time that ends now. */
export interface TrafficFigures {
  readonly seconds: number
  /** What the program called, not the calls inside of those. A batch counts once. */
  readonly operations: Readonly<Record<Kind, number>>
  readonly operationsPerSecond: number
  /** Keys looked up. A lookup that failed is a miss. */
  readonly lookups: number
  /** Including stale ones. */
  readonly hits: number
  /** From 0 to 1; `null` without lookups. */
  readonly hitRate: number | null
  readonly stale: number
  /** An error counts once, however many callers it reached. */
  readonly errors: number
  /** Single calls of the store, those inside of a `getOrSet` included. Milliseconds; `null` without calls. */
  readonly store: { readonly calls: number; readonly mean: number | null; readonly p95: number | null }
  /** Computing values for `getOrSet`. Milliseconds; `null` without runs. */
  readonly producer: { readonly runs: number; readonly total: number; readonly mean: number | null }
}

/** Points in time, the oldest first. The last one is still being counted. */
export interface TrafficHistory {
  readonly secondsPerPoint: number
  readonly hitRate: readonly (number | null)[]
  readonly operationsPerSecond: readonly number[]
}

/** What went wrong, as a code or the name of an error. No message: those of errors may contain keys and values. */
export interface Trouble {
  readonly code: string
  /** ISO 8601. */
  readonly at: string
}

/** Counts what one cache does. Keeps numbers, and no keys. */
export class Traffic {
  readonly #ring = new CounterRing(column.buckets + bucketCount)
  readonly #countedErrors = new WeakSet<object>()
  #lastError: Trouble | undefined
  #failingFrom: Trouble | undefined
  #failedAt: Milliseconds = Number.NEGATIVE_INFINITY

  /** Takes an operation that has ended. */
  count(operation: Operation): void {
    const { error } = operation
    if (error !== undefined) this.#noteFailure(error)
    // A dashboard asks for them, and not the program.
    if (operation.operation === "stats") return
    const row = this.#ring.current()
    if (error !== undefined && this.#isNew(error)) {
      add(row, column.errors, 1)
      this.#lastError = troubleOf(error)
    }
    if (operation.parent === undefined) countCall(row, operation)
    if (!notOneCall.has(operation.operation)) countStoreCall(row, operation.duration ?? 0)
    if (operation.producer !== undefined) {
      add(row, column.producerRuns, 1)
      add(row, column.producerTime, operation.producer)
    }
  }

  /** Since the start, if that is later. */
  lastMinute(): TrafficFigures {
    return this.#figures(60_000 / rowLength)
  }

  /** Since the start, if that is later. */
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
        (row, index) => total(row.subarray(0, kinds.length)) / (index < rows.length - 1 ? rowLength / 1_000 : newest),
      ),
    }
  }

  get lastError(): Trouble | undefined {
    return this.#lastError
  }

  /** When the store began to fail, and with what; `undefined` unless it fails now. */
  get outage(): Trouble | undefined {
    return performance.now() - this.#failedAt < calmAfter ? this.#failingFrom : undefined
  }

  /** Whether this error has not been counted yet, for another operation that it ended. */
  #isNew(error: unknown): boolean {
    if (typeof error !== "object" || error === null) return true
    const isNew = !this.#countedErrors.has(error)
    this.#countedErrors.add(error)
    return isNew
  }

  #noteFailure(error: unknown): void {
    if (!isStoreFailure(error)) return
    this.#failingFrom = this.outage ?? troubleOf(error)
    this.#failedAt = performance.now()
  }

  #figures(count: number): TrafficFigures {
    const sums = this.#ring.sum(count)
    const at = (index: number): number => sums[index] ?? 0
    const seconds = this.#secondsOf(count)
    return {
      seconds,
      operations: Object.fromEntries(kinds.map((kind, index) => [kind, at(index)])) as Record<Kind, number>,
      operationsPerSecond: total(sums.subarray(0, kinds.length)) / seconds,
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

  /** At least one, so that the first calls are not extrapolated to thousands per second. */
  #secondsOf(count: number): number {
    return Math.max(1, this.#ring.covered(count) / 1_000)
  }
}

/** Counts the operations of caches by their alias, from its creation until `stop`. Ignores other caches. */
export class TrafficCounter {
  readonly #byAlias: ReadonlyMap<string, Traffic>
  readonly #subscribers = {
    asyncEnd: (operation: Operation): void => this.#byAlias.get(operation.alias)?.count(operation),
  }

  constructor(aliases: readonly string[]) {
    this.#byAlias = new Map(aliases.map((alias) => [alias, new Traffic()]))
    operations.subscribe(this.#subscribers)
  }

  /** Throws for an alias that is not counted. */
  of(alias: string): Traffic {
    const traffic = this.#byAlias.get(alias)
    if (traffic === undefined) throw new TypeError(`The cache ${JSON.stringify(alias)} is not counted`)
    return traffic
  }

  stop(): void {
    operations.unsubscribe(this.#subscribers)
  }
}

/** The hits of the parts are those of the whole. */
function countCall(row: Float64Array, { operation, keys, hits, stale }: Operation): void {
  add(row, kinds.indexOf(kindOf.get(operation) ?? "other"), 1)
  if (!lookups.has(operation)) return
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
  // A value that is too large says nothing about the store.
  return CacheError.is(error) && error.code === "LARDER_BACKEND" && !(error.cause instanceof RangeError)
}

function troubleOf(error: unknown): Trouble {
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
