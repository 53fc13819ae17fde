import type { Milliseconds } from "@larder/core"

/** What an adapter does not tell about its store. The defaults promise nothing. */
export interface KeyvBackendOptions {
  /** Operations cross a network, and `Cache` ends those that are not answered. Default: true. */
  readonly remote?: boolean
  /** Entries outlive the process. Default: false. */
  readonly persistent?: boolean
  /** The store drops live entries to make room. Default: true. */
  readonly evicts?: boolean
  /** Longest key that the store takes, in UTF-8 bytes: 250 for Memcached. Default: no limit. */
  readonly maxKeyBytes?: number
  /** Largest value, in bytes; the store is given a third more, since it keeps text. Default: no limit. */
  readonly maxValueBytes?: number
  /** The store takes no spaces and no control characters in keys, as Memcached. Default: false. */
  readonly portableKeysOnly?: boolean
  /**
   * Longest ttl that the adapter keeps to. It is told no longer one: such an entry ends all the same, but its bytes stay
   * until they are overwritten or evicted. Default: 30 days, beyond which `@keyv/memcache` drops entries at once.
   */
  readonly maxAdapterTtl?: Milliseconds
  /** Names the store in errors, without credentials: `"redis://127.0.0.1:6379"`. Default: nothing. */
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
  text: { test: (value: unknown) => typeof value === "string", text: "a text" },
  clock: { test: (value: unknown) => typeof value === "function", text: "a function that answers milliseconds" },
}

/** Throws a `TypeError` for an option that does not exist or has a value of the wrong kind. */
export function checkBackendOptions(options: KeyvBackendOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) {
      throw new TypeError(`Unknown option ${name}; a KeyvBackend takes ${Object.keys(kinds).join(", ")}`)
    }
    const { test, text } = accepted[kinds[name as keyof KeyvBackendOptions]]
    if (value !== undefined && !test(value)) throw new TypeError(`${name} is ${text}; got ${String(value)}`)
  }
}

function isLimit(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) > 0)
}
