import { type Channel, channel } from "node:diagnostics_channel"

/** What it took to make one value that `setMany` then stored; `getOrSet` publishes the same of its own producers. */
export interface Production {
  readonly alias: string
  readonly key: string
  /** In milliseconds. */
  readonly duration: number
}

/** Where productions are published, for the cache panel. */
export const productions: Channel = channel("news-portal:production")

/** Makes a value and publishes what that took. */
export function measured<Value>(alias: string, key: string, produce: () => Value): Value {
  const start = performance.now()
  const value = produce()
  const production: Production = { alias, key, duration: performance.now() - start }
  productions.publish(production)
  return value
}
