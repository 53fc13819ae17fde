import type { Milliseconds, Operation } from "@larder/core"

/** Counts calls, and what they found. */
export class Tally {
  /** The backend of the last of them. */
  backend = ""
  calls = 0
  /** Of reads: keys that were there, and keys that were not. */
  hits = 0
  misses = 0
  errors = 0
  /** In the cache: without what producers took. */
  time: Milliseconds = 0

  add(operation: Operation): void {
    const { error, hits = [] } = operation
    const found = hits.filter(Boolean).length
    this.backend = operation.backend
    this.calls++
    this.hits += found
    this.misses += hits.length - found
    if (error !== undefined) this.errors++
    this.time += timeOf(operation)
  }

  addAll(other: Tally): void {
    this.calls += other.calls
    this.hits += other.hits
    this.misses += other.misses
    this.errors += other.errors
    this.time += other.time
  }
}

/** How long a call took, without its producer. */
export function timeOf({ duration = 0, producer = 0 }: Operation): Milliseconds {
  return Math.max(0, duration - producer)
}
