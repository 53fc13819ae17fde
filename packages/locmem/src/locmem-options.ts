import { codecs, type Isolation } from "./isolation.js"

/** The limits of a `LocmemStore`, and how it isolates values. */
export interface LocmemStoreOptions {
  /** Maximum number of entries. Default: 10,000. `Infinity`: only `maxBytes` applies. */
  readonly maxEntries?: number
  /** Maximum memory in bytes, estimated from keys and values. Default: 128 MiB. `Infinity`: only `maxEntries` applies. */
  readonly maxBytes?: number
  /** How cached values are isolated from callers. Default: `"copy"`. */
  readonly isolation?: Isolation
  /** The clock, in milliseconds; only differences matter. Default: `Date.now`. */
  readonly now?: () => number
}

const names: readonly string[] = ["maxEntries", "maxBytes", "isolation", "now"] satisfies (keyof LocmemStoreOptions)[]
const defaultMaxEntries = 10_000
const defaultMaxBytes = 128 * 1024 * 1024

/** The options with their defaults. Throws a `TypeError` for invalid options, and if nothing limits the store. */
export function resolveOptions(options: LocmemStoreOptions): Required<LocmemStoreOptions> {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`Unknown option ${unknown}; a LocmemStore takes ${names.join(", ")}`)
  const { maxEntries = defaultMaxEntries, maxBytes = defaultMaxBytes, isolation = "copy", now = Date.now } = options
  checkLimit("maxEntries", maxEntries)
  checkLimit("maxBytes", maxBytes)
  if (maxEntries === Number.POSITIVE_INFINITY && maxBytes === Number.POSITIVE_INFINITY) {
    throw new TypeError("Either maxEntries or maxBytes must be finite, or nothing bounds the memory that is used")
  }
  if (!Object.hasOwn(codecs, isolation)) {
    throw new TypeError(`isolation must be one of ${Object.keys(codecs).join(", ")}; got ${String(isolation)}`)
  }
  if (typeof now !== "function") throw new TypeError(`now must be a function that returns milliseconds; got ${now}`)
  return { maxEntries, maxBytes, isolation, now }
}

function checkLimit(name: string, limit: number): void {
  if (limit === Number.POSITIVE_INFINITY || (Number.isSafeInteger(limit) && limit > 0)) return
  throw new TypeError(`${name} must be a positive integer or Infinity; got ${String(limit)}`)
}
