import { AsyncLocalStorage } from "node:async_hooks"
import { type Operation, operations } from "@larder/core"
import { CostLedger } from "./cost-ledger.js"
import { type Production, productions } from "./production.js"

/** One call of a cache, as the panel shows it. Durations are milliseconds. */
export interface PanelRow {
  readonly operation: string
  readonly alias: string
  /** The first few keys; `more` is the number of others. */
  readonly keys: readonly string[]
  readonly more: number
  /** `shared`: another visitor was computing the value, and this one waited for it. */
  readonly outcome: "hit" | "miss" | "partial" | "shared" | "write" | "error"
  /** For reads: how many of the keys were found. */
  readonly hits?: number
  readonly duration: number
  /** How long computing the values took this time. */
  readonly computed?: number
  /** How long this process once took to compute these values, minus how long reading them took. */
  readonly saved?: number
}

/** The cache operations of one request. */
export interface PanelReport {
  readonly rows: readonly PanelRow[]
  /** The number of reads, and how many of them found all their keys. */
  readonly reads: number
  readonly hits: number
  readonly saved: number
  /** From the arrival of the request until the page had all its data. */
  readonly elapsed: number
}

interface Recording {
  readonly start: number
  readonly operations: Operation[]
}

const mostRows = 100
const keysShown = 4

/**
 * Subscribes to the tracing channel of Larder, and collects the operations of each request, as a debug toolbar does. Handlers
 * are not aware of it.
 */
export class CachePanel {
  readonly #recordings = new AsyncLocalStorage<Recording>()
  readonly #costs = new CostLedger()
  readonly #onOperation = (message: unknown) => this.#record(message as Operation)
  readonly #onProduction = (message: unknown) => {
    const { alias, key, duration } = message as Production
    this.#costs.note(alias, key, duration)
  }

  /** Subscribes. Until then, and after `stop`, caches do not trace and reports are empty. */
  start(): void {
    operations.asyncEnd.subscribe(this.#onOperation)
    productions.subscribe(this.#onProduction)
  }

  stop(): void {
    operations.asyncEnd.unsubscribe(this.#onOperation)
    productions.unsubscribe(this.#onProduction)
  }

  /** Runs the handler of a request, and attributes its cache operations to the request. */
  record<Result>(handle: () => Promise<Result>): Promise<Result> {
    return this.#recordings.run({ start: performance.now(), operations: [] }, handle)
  }

  /** The cache operations of the current request so far; `undefined` outside of a request. */
  report(): PanelReport | undefined {
    const recording = this.#recordings.getStore()
    if (recording === undefined) return undefined
    const rows = recording.operations.map((operation) => this.#row(operation))
    const reads = rows.filter(({ hits }) => hits !== undefined)
    return {
      rows,
      reads: reads.length,
      hits: reads.filter(({ outcome }) => outcome === "hit").length,
      saved: sum(rows.map(({ saved }) => saved ?? 0)),
      elapsed: performance.now() - recording.start,
    }
  }

  #record(operation: Operation): void {
    const { alias, keys, producer, parent } = operation
    // The cost of a producer of many values says nothing about a single one.
    if (producer !== undefined && keys.length === 1 && keys[0] !== undefined) this.#costs.note(alias, keys[0], producer)
    // It is part of another operation, which is shown.
    if (parent !== undefined) return
    const recorded = this.#recordings.getStore()?.operations
    if (recorded !== undefined && recorded.length < mostRows) recorded.push(operation)
  }

  #row(traced: Operation): PanelRow {
    const { operation, alias, keys, hits, duration = 0 } = traced
    const computed = this.#computed(traced)
    const saved = this.#saved(traced)
    return {
      operation,
      alias,
      keys: keys.slice(0, keysShown),
      more: Math.max(0, keys.length - keysShown),
      outcome: outcomeOf(traced),
      duration,
      ...(hits !== undefined && { hits: hits.filter(Boolean).length }),
      ...(computed !== undefined && { computed }),
      ...(saved !== undefined && { saved }),
    }
  }

  /** A `setMany` follows the productions of what it stores. */
  #computed({ operation, alias, keys, producer }: Operation): number | undefined {
    return operation === "setMany" ? sum(keys.map((key) => this.#costs.costOf(alias, key) ?? 0)) : producer
  }

  /** Unknown if nothing was found, or if this process has computed nothing of it. */
  #saved({ alias, keys, hits = [], duration = 0 }: Operation): number | undefined {
    const costs = keys.filter((_, index) => hits[index]).map((key) => this.#costs.costOf(alias, key))
    const known = costs.filter((cost) => cost !== undefined)
    if (known.length === 0) return undefined
    const share = (duration * known.length) / keys.length
    return sum(known) - share
  }
}

function outcomeOf({ operation, hits, producer, error }: Operation): PanelRow["outcome"] {
  if (error !== undefined) return "error"
  if (hits === undefined) return "write"
  if (hits.every(Boolean)) return "hit"
  if (hits.some(Boolean)) return "partial"
  return operation === "getOrSet" && producer === undefined ? "shared" : "miss"
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
