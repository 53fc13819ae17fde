import { hostname } from "node:os"
import type { Cache } from "@larder/core"
import { StoreReporter, type StoreView } from "./store-reports.js"
import { type ErrorInfo, type Traffic, TrafficCounter, type TrafficFigures, type TrafficHistory } from "./traffic.js"

/** The figures of one cache: its traffic in this process, and what its store reports. */
export interface CacheStats extends StoreView {
  readonly alias: string
  readonly lastMinute: TrafficFigures
  readonly lastTenMinutes: TrafficFigures
  readonly history: TrafficHistory
  /** The first error of the current outage of the store; `null` if there is no outage. */
  readonly outage: ErrorInfo | null
  /** The last error of any kind, including errors of producers. */
  readonly lastError: ErrorInfo | null
}

/** The content of `stats.json`. Times are in ISO 8601. */
export interface DashboardStats {
  readonly at: string
  /** The process that counted the traffic. */
  readonly process: { readonly pid: number; readonly host: string; readonly countsSince: string }
  readonly caches: readonly CacheStats[]
}

/** A cache that may not have been built yet. */
export interface NamedCache {
  readonly alias: string
  /** Builds the cache if necessary, which may throw. */
  open(): Cache
}

interface Source {
  readonly alias: string
  readonly traffic: Traffic
  readonly reporter: StoreReporter
}

/** Counts operations from its creation until `stop`. Queries the stores when figures are requested. */
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

  /** Resolves within about a second, even if a store does not respond. */
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
