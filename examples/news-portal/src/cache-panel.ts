import { AsyncLocalStorage } from "node:async_hooks"
import { type Operation, operations } from "@larder/core"
import { CostLedger } from "./cost-ledger.js"
import { type Production, productions } from "./production.js"

/** One call of a cache, as the panel shows it. Durations are milliseconds. */
export interface PanelRow {
  readonly operation: string
  readonly alias: string
  /** The first few keys; `more` says how many others there were. */
  readonly keys: readonly string[]
  readonly more: number
  /** `shared`: another visitor was computing the value, and this one waited for it. */
  readonly outcome: "hit" | "miss" | "partial" | "shared" | "write" | "error"
  /** For reads: how many of the keys were there. */
  readonly hits?: number
  readonly duration: number
  /** What computing the values took just now. */
  readonly computed?: number
  /** What computing these values once took this process, less what reading them took now. */
  readonly saved?: number
}

/** What one request asked of the caches. */
export interface PanelReport {
  readonly rows: readonly PanelRow[]
  /** How many reads there were, and how many of them found all they asked for. */
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
 * Watches the tracing channel of Larder and keeps, for the time of a request, the operations that the request caused.
 * Handlers know nothing of it. It is what a toolbar does; here in little.
 */
export class CachePanel {
  readonly #recordings = new AsyncLocalStorage<Recording>()
  readonly #costs = new CostLedger()
  readonly #onOperation = (message: unknown) => this.#record(message as Operation)
  readonly #onProduction = (message: unknown) => {
    const { alias, key, duration } = message as Production
    this.#costs.note(alias, key, duration)
  }

  /** Begins to watch. Until then, and after `stop`, caches do not trace and reports are empty. */
  start(): void {
    operations.asyncEnd.subscribe(this.#onOperation)
    productions.subscribe(this.#onProduction)
  }

  stop(): void {
    operations.asyncEnd.unsubscribe(this.#onOperation)
    productions.unsubscribe(this.#onProduction)
  }

  /** Runs the handling of one request and attributes to it all that it asks of the caches. */
  record<Result>(handle: () => Promise<Result>): Promise<Result> {
    return this.#recordings.run({ start: performance.now(), operations: [] }, handle)
  }

  /** What the request that is being handled has asked of the caches so far; `undefined` outside of one. */
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
    // What a producer of many took says nothing of one of them.
    if (producer !== undefined && keys.length === 1 && keys[0] !== undefined) this.#costs.note(alias, keys[0], producer)
    // A part of another operation is shown by that one.
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

  /** Unknown when nothing was found, or nothing of it was computed by this process. */
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
