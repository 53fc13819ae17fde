import type { BackendStats } from "@larder/core"
import type { ChosenCache } from "../chosen-caches.js"
import { failureLine } from "../failure-line.js"
import { within } from "../store-call.js"

/** Generous, because some stores read a whole table to count. */
const LIMIT_SECONDS = 10

/** The statistics of a store, or the reason why there are none. */
export interface StoreStats extends BackendStats {
  readonly cache: string
  readonly ok: boolean
  readonly backend?: string
  /** Hits per read, from 0 to 1. */
  readonly hitRate?: number
  readonly error?: string
}

/** Reads the statistics of a cache's store. A store that keeps none has no figures. Never rejects. */
export async function readStats({ label, use }: ChosenCache): Promise<StoreStats> {
  try {
    // Not through the cache: its time limit is for the calls of an application, and its circuit breaker would stop asking.
    const { backend } = use()
    const figures = (await within(LIMIT_SECONDS, Promise.resolve(backend.stats?.()))) ?? {}
    return { cache: label, ok: true, backend: backend.name, ...figures, ...hitRateOf(figures) }
  } catch (error) {
    return { cache: label, ok: false, error: failureLine(error) }
  }
}

/** Returns the share of hits; empty if there were no reads. */
export function hitRateOf({ hits, misses }: BackendStats): { readonly hitRate?: number } {
  if (hits === undefined || misses === undefined || hits + misses === 0) return {}
  return { hitRate: hits / (hits + misses) }
}
