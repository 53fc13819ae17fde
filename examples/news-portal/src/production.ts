import { type Channel, channel } from "node:diagnostics_channel"

/** The cost of one value that `setMany` stores later; `getOrSet` publishes the same for its producers. */
export interface Production {
  readonly alias: string
  readonly key: string
  /** In milliseconds. */
  readonly duration: number
}

/** The channel on which productions are published, for the cache panel. */
export const productions: Channel = channel("news-portal:production")

/** Computes a value and publishes its cost. */
export function measured<Value>(alias: string, key: string, produce: () => Value): Value {
  const start = performance.now()
  const value = produce()
  const production: Production = { alias, key, duration: performance.now() - start }
  productions.publish(production)
  return value
}
