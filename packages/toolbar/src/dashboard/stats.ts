import { hostname } from "node:os"
import type { Cache } from "@larder/core"
import { StoreReporter, type StoreView } from "./store-reports.js"
import { type Traffic, TrafficCounter, type TrafficFigures, type TrafficHistory, type Trouble } from "./traffic.js"

/** One cache: what this process did with it, and what its store says. */
export interface CacheStats extends StoreView {
  readonly alias: string
  readonly lastMinute: TrafficFigures
  readonly lastTenMinutes: TrafficFigures
  readonly history: TrafficHistory
  /** Since when the store fails, and with what; `null` unless it fails now. */
  readonly outage: Trouble | null
  /** The last error of any kind, of producers too. */
  readonly lastError: Trouble | null
}

/** What `stats.json` has. Times are ISO 8601. */
export interface DashboardStats {
  readonly at: string
  /** The process whose traffic this is. */
  readonly process: { readonly pid: number; readonly host: string; readonly countsSince: string }
  readonly caches: readonly CacheStats[]
}

/** A cache that may not have been built yet. */
export interface NamedCache {
  readonly alias: string
  /** May throw. */
  open(): Cache
}

interface Source {
  readonly alias: string
  readonly traffic: Traffic
  readonly reporter: StoreReporter
}

/** Counts from its creation until `stop`, and asks the stores when somebody looks. */
export class StatsCollector {
  readonly #counter: TrafficCounter
  readonly #sources: readonly Source[]
  readonly #since = new Date().toISOString()

  constructor(caches: readonly NamedCache[]) {
    const counter = new TrafficCounter(caches.map(({ alias }) => alias))
    this.#counter = counter
    this.#sources = caches.map(({ alias, open }) => ({
      alias,
      traffic: counter.of(alias),
      reporter: new StoreReporter(open),
    }))
  }

  /** Resolves within about a second, whatever the stores do. */
  async collect(): Promise<DashboardStats> {
    const caches = await Promise.all(this.#sources.map(statsOf))
    return {
      at: new Date().toISOString(),
      process: { pid: process.pid, host: hostname(), countsSince: this.#since },
      caches,
    }
  }

  stop(): void {
    this.#counter.stop()
  }
}

async function statsOf({ alias, traffic, reporter }: Source): Promise<CacheStats> {
  const view = await reporter.view()
  return {
    alias,
    ...view,
    lastMinute: traffic.lastMinute(),
    lastTenMinutes: traffic.lastTenMinutes(),
    history: traffic.history(),
    outage: traffic.outage ?? null,
    lastError: traffic.lastError ?? null,
  }
}
