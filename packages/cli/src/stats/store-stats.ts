import type { BackendStats } from "@larder/core"
import type { ChosenCache } from "../chosen-caches.js"
import { failureLine } from "../failure-line.js"
import { within } from "../store-call.js"

/** How long a store may take: one that counts by reading all of a table takes a while. */
const LIMIT_SECONDS = 10

/** What a store said of itself, or why it did not. */
export interface StoreStats extends BackendStats {
  readonly cache: string
  readonly ok: boolean
  readonly backend?: string
  /** Hits per read, from 0 to 1. */
  readonly hitRate?: number
  readonly error?: string
}

/** Asks the store of a cache. A store that keeps no statistics has no figures. Never rejects. */
export async function readStats({ label, use }: ChosenCache): Promise<StoreStats> {
  try {
    // Not by the cache: its limit is for calls that an application waits for, and its breaker would not ask a store again.
    const { backend } = use()
    const figures = (await within(LIMIT_SECONDS, Promise.resolve(backend.stats?.()))) ?? {}
    return { cache: label, ok: true, backend: backend.name, ...figures, ...hitRateOf(figures) }
  } catch (error) {
    return { cache: label, ok: false, error: failureLine(error) }
  }
}

/** The share of hits; nothing without any read. */
export function hitRateOf({ hits, misses }: BackendStats): { readonly hitRate?: number } {
  if (hits === undefined || misses === undefined || hits + misses === 0) return {}
  return { hitRate: hits / (hits + misses) }
}
