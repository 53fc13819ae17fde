import { hitRateOf, type StoreStats } from "./store-stats.js"

/** The change of a store's statistics since they were last read. */
export interface StatsChange {
  readonly seconds: number
  readonly readsPerSecond?: number
  /** The share of hits among these reads, from 0 to 1. */
  readonly hitRate?: number
  readonly evictionsPerSecond?: number
}

/** Statistics, and when they were read, in seconds. */
export interface Look {
  readonly at: number
  readonly stats: StoreStats
}

/** Returns `undefined` if a reading is missing or failed. Omits counters that went down: their server was restarted. */
export function changeBetween(before: Look | undefined, after: Look): StatsChange | undefined {
  if (before === undefined || !before.stats.ok || !after.stats.ok) return undefined
  const seconds = after.at - before.at
  const grown = (name: "hits" | "misses" | "evictions"): number | undefined => {
    const [old, recent] = [before.stats[name], after.stats[name]]
    return old === undefined || recent === undefined || recent < old ? undefined : recent - old
  }
  const [hits, misses, evictions] = [grown("hits"), grown("misses"), grown("evictions")]
  return {
    seconds: Math.round(1_000 * seconds) / 1_000,
    ...(hits !== undefined && misses !== undefined && { readsPerSecond: (hits + misses) / seconds }),
    ...(hits !== undefined && misses !== undefined && hitRateOf({ hits, misses })),
    ...(evictions !== undefined && { evictionsPerSecond: evictions / seconds }),
  }
}
