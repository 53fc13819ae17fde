import { inspect } from "node:util"

/** An entry of a batch. Adapters for Keyv 5 read `ttl`, in milliseconds; those for Keyv 6 read `expires`, since the epoch. */
export interface AdapterEntry {
  key: string
  value: string
  ttl?: number
  expires?: number
}

/**
 * What a `KeyvBackend` uses of a Keyv storage adapter, for Keyv 5 or 6; a `Map` works too. Results are `unknown` because
 * versions and adapters disagree about them.
 */
export interface KeyvAdapter {
  get(key: string): unknown
  /** `expiry` is a ttl, or the time of the end where `capabilities.expires` is true. */
  set(key: string, value: string, expiry?: number): unknown
  delete(key: string): unknown
  getMany?(keys: string[]): unknown
  setMany?(entries: AdapterEntry[]): unknown
  deleteMany?(keys: string[]): unknown
  /** `expires: true` marks an adapter for Keyv 6: it takes the time of the end, and its batches return arrays. */
  readonly capabilities?: { readonly expires?: boolean | undefined } | undefined
  on?(event: "error", listener: (error: unknown) => void): unknown
  off?(event: "error", listener: (error: unknown) => void): unknown
  disconnect?(): unknown
}

/** Throws a `TypeError` if it has no get, set and delete. */
export function checkAdapter(adapter: unknown): asserts adapter is KeyvAdapter {
  const methods = adapter as Partial<Record<"get" | "set" | "delete", unknown>> | null | undefined
  const missing = (["get", "set", "delete"] as const).filter((name) => typeof methods?.[name] !== "function")
  if (missing.length === 0) return
  // Not the value itself: it may be a URL with a password, or contain one.
  const given = typeof adapter === "string" ? "a string" : inspect(adapter, { depth: -1 })
  throw new TypeError(
    `A KeyvBackend takes a Keyv storage adapter, a Map or a function that returns one; got ${given} without ${missing.join(", ")}`,
  )
}
