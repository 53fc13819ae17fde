import type { Operation } from "@larder/core"
import { BoundedNames } from "./bounded-names.js"
import type { CounterName } from "./instruments.js"
import { CountsByCache } from "./operation-counts.js"
import { errorType, isLookup, resultOf } from "./operation-result.js"
import type { PageEvent } from "./page-events.js"
import { type Labels, type Point, Series } from "./series.js"

/** Handlers can give any reason for not storing a page. */
const MAX_REASONS = 50

/** Receives the values of the histograms. */
export interface Recorder {
  operationDuration(labels: Labels, seconds: number): void
  producerDuration(labels: Labels, seconds: number): void
}

/**
 * Counts operations and page events. The sums are kept here until they are collected, because incrementing the counters of the
 * metrics libraries costs more than a hit in memory.
 */
export class Measurements {
  readonly #recorder: Recorder
  readonly #counts: CountsByCache
  readonly #pages = { pageRequests: new Map<string, Series>(), pageRenders: new Map<string, Series>() }
  readonly #reasons = new BoundedNames(MAX_REASONS)
  /** The last error of the operations inside an operation. */
  readonly #innerErrors = new WeakMap<Operation, unknown>()

  constructor(recorder: Recorder, maxCaches: number) {
    this.#recorder = recorder
    this.#counts = new CountsByCache(maxCaches)
  }

  /** The current values of a counter. */
  *points(counter: CounterName): Iterable<Point> {
    if (counter === "pageRequests" || counter === "pageRenders") {
      for (const series of this.#pages[counter].values()) yield* series.points()
    } else {
      for (const counts of this.#counts.all) yield* counts[counter].points()
    }
  }

  operationEnded(operation: Operation): void {
    const { bytes, duration, error, parent, producer } = operation
    const counts = this.#counts.of(operation)
    // Operations inside others are part of the result of those.
    if (parent === undefined) {
      counts.operations.add(resultOf(operation))
      if (isLookup(operation.operation)) countLookups(counts.lookups, operation)
    }
    if (bytes !== undefined && error === undefined)
      counts.io.add(isLookup(operation.operation) ? "read" : "write", bytes)
    if (duration !== undefined) this.#recorder.operationDuration(counts.labels, duration / 1_000)
    if (producer !== undefined) this.#recorder.producerDuration(counts.labels, producer / 1_000)
  }

  /** An operation that rejects with the error of an operation inside it does not count again. */
  operationFailed(operation: Operation): void {
    const { error, parent } = operation
    if (parent !== undefined) this.#innerErrors.set(parent, error)
    const isKnown = this.#innerErrors.has(operation) && this.#innerErrors.get(operation) === error
    if (!isKnown) this.#counts.of(operation).errors.add(errorType(error))
  }

  /** An event with `stored` is a render, and one with neither `stored` nor `error` is a request. */
  pageHandled({ outcome, reason = "", stored, error }: PageEvent): void {
    const bounded = this.#reasons.of(reason)
    if (stored !== undefined) this.#page("pageRenders", "stored", stored ? "yes" : "no").add(bounded)
    else if (error === undefined) this.#page("pageRequests", "outcome", outcome).add(bounded)
  }

  #page(counter: "pageRenders" | "pageRequests", dimension: "outcome" | "stored", value: string): Series {
    const known = this.#pages[counter].get(value)
    if (known !== undefined) return known
    const series = new Series({ [dimension]: value }, "reason")
    this.#pages[counter].set(value, series)
    return series
  }
}

function countLookups(lookups: Series, { keys, hits, stale }: Operation): void {
  if (hits === undefined) lookups.add("error", keys.length)
  else for (const hit of hits) lookups.add(hit ? (stale === true ? "stale" : "hit") : "miss")
}
