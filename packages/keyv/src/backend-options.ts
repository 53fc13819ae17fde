import { inspect } from "node:util"
import type { Milliseconds } from "@larder/core"

/** Options of a `KeyvBackend`: what an adapter does not say about its store. The defaults promise nothing. */
export interface KeyvBackendOptions {
  /** Calls cross a network, so `Cache` gives up on them after its `operationTimeout`. Default: true. */
  readonly remote?: boolean
  /** Entries outlive the process. Default: false. */
  readonly persistent?: boolean
  /** The store drops live entries to make room. Default: true. */
  readonly evicts?: boolean
  /** The longest key that the store accepts, in UTF-8 bytes: 250 for Memcached. Default: no limit. */
  readonly maxKeyBytes?: number
  /** The largest value, in bytes. What is stored is a third larger, because it is base64. Default: no limit. */
  readonly maxValueBytes?: number
  /** Keys cannot contain spaces or control characters, as in Memcached. Default: false. */
  readonly portableKeysOnly?: boolean
  /**
   * The longest ttl that the adapter respects, in milliseconds. An entry with a longer one is passed on without a ttl: it
   * still expires on time, but its bytes stay until they are overwritten or evicted. Default: 30 days, beyond which
   * `@keyv/memcache` drops entries at once.
   */
  readonly maxAdapterTtl?: Milliseconds
  /** Names the store in errors, without credentials: `"redis://127.0.0.1:6379"`. Default: none. */
  readonly location?: string
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number
}

const kinds: Readonly<Record<keyof KeyvBackendOptions, "flag" | "limit" | "text" | "clock">> = {
  remote: "flag",
  persistent: "flag",
  evicts: "flag",
  maxKeyBytes: "limit",
  maxValueBytes: "limit",
  portableKeysOnly: "flag",
  maxAdapterTtl: "limit",
  location: "text",
  now: "clock",
}

const accepted = {
  flag: { test: (value: unknown) => typeof value === "boolean", text: "true or false" },
  limit: { test: isLimit, text: "a positive integer, or Infinity for no limit" },
  text: { test: (value: unknown) => typeof value === "string", text: "a string" },
  clock: { test: (value: unknown) => typeof value === "function", text: "a function that returns milliseconds" },
}

/** Throws a `TypeError` for an option that does not exist or has a value of the wrong kind. */
export function checkBackendOptions(options: KeyvBackendOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The options of a KeyvBackend must be an object; got ${inspect(options)}`)
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) {
      throw new TypeError(`Unknown option ${name}; a KeyvBackend takes ${Object.keys(kinds).join(", ")}`)
    }
    const { test, text } = accepted[kinds[name as keyof KeyvBackendOptions]]
    if (value !== undefined && !test(value)) throw new TypeError(`${name} must be ${text}; got ${inspect(value)}`)
  }
}

function isLimit(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) > 0)
}
