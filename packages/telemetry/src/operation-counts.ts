import type { Operation, OperationName } from "@larder/core"
import { OTHER } from "./bounded-names.js"
import { isLookup, type Result } from "./operation-result.js"
import { type Labels, Series } from "./series.js"

const hitOrMiss: readonly Result[] = ["hit", "miss"]

/** The counts of one operation of one cache. */
export class OperationCounts {
  readonly labels: Labels
  readonly operations: Series
  readonly lookups: Series
  readonly errors: Series
  readonly io: Series

  constructor(alias: string, backend: string, operation: OperationName) {
    const labels = { alias, backend, operation }
    this.labels = labels
    this.operations = new Series(labels, "result")
    this.lookups = new Series(labels, "result", isLookup(operation) ? hitOrMiss : [])
    this.errors = new Series(labels, "error.type")
    this.io = new Series(labels, "direction")
  }
}

/**
 * The counts of all caches, by alias and backend. Caches beyond the bound are counted together, because applications can
 * create aliases at run time.
 */
export class CountsByCache {
  readonly #maxCaches: number
  readonly #caches = new Map<string, Map<string, Map<OperationName, OperationCounts>>>()
  readonly #others = new Map<OperationName, OperationCounts>()
  readonly #all: OperationCounts[] = []
  #size = 0

  constructor(maxCaches: number) {
    this.#maxCaches = maxCaches
  }

  get all(): Iterable<OperationCounts> {
    return this.#all
  }

  of({ alias, backend, operation }: Operation): OperationCounts {
    const known = this.#caches.get(alias)?.get(backend)?.get(operation)
    return known ?? this.#add(alias, backend, operation)
  }

  #add(alias: string, backend: string, operation: OperationName): OperationCounts {
    const cache = this.#cache(alias, backend)
    const known = cache.get(operation)
    if (known !== undefined) return known
    const isOther = cache === this.#others
    const counts = new OperationCounts(isOther ? OTHER : alias, isOther ? OTHER : backend, operation)
    cache.set(operation, counts)
    this.#all.push(counts)
    return counts
  }

  #cache(alias: string, backend: string): Map<OperationName, OperationCounts> {
    const known = this.#caches.get(alias)?.get(backend)
    if (known !== undefined) return known
    if (this.#size === this.#maxCaches) return this.#others
    this.#size += 1
    const added = new Map<OperationName, OperationCounts>()
    const byBackend = this.#caches.get(alias) ?? new Map<string, Map<OperationName, OperationCounts>>()
    this.#caches.set(alias, byBackend.set(backend, added))
    return added
  }
}
