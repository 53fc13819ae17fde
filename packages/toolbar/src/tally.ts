import type { Milliseconds, Operation } from "@larder/core"

/** Totals of calls. */
export class Tally {
  /** The backend of the last call. */
  backend = ""
  calls = 0
  /** Keys that reads found. */
  hits = 0
  /** Keys that reads did not find. */
  misses = 0
  errors = 0
  /** Without the time of producers. */
  time: Milliseconds = 0

  add(operation: Operation): void {
    const { error, hits = [] } = operation
    const found = hits.filter(Boolean).length
    this.backend = operation.backend
    this.calls++
    this.hits += found
    this.misses += hits.length - found
    if (error !== undefined) this.errors++
    this.time += timeInCache(operation)
  }

  addAll(other: Tally): void {
    this.calls += other.calls
    this.hits += other.hits
    this.misses += other.misses
    this.errors += other.errors
    this.time += other.time
  }
}

/** The duration of a call without its producer. */
export function timeInCache({ duration = 0, producer = 0 }: Operation): Milliseconds {
  return Math.max(0, duration - producer)
}
