import type { Serializer } from "./byte-codec.js"
import type { FailurePolicy } from "./calls.js"
import { type CompressionOptions, checkCompression } from "./compression.js"
import { describeValue } from "./describe-value.js"
import type { KeyFunction } from "./keys.js"
import { type RefreshOptions, refreshOptionNames } from "./refresh-policy.js"
import { Signer, type SigningOptions } from "./signature.js"
import { NOT_KEPT, type Timeout, toTtl } from "./timeout.js"

/** Options of a cache, all optional. Those of `RefreshOptions` are the defaults for each `getOrSet`. */
export interface CacheOptions extends RefreshOptions {
  /** The name of the cache in traces, warnings and errors. Default: the name of its backend. */
  readonly alias?: string | undefined
  /** The default timeout of entries. Default: 300 seconds. */
  readonly timeout?: Timeout | undefined
  /** Prepended to every key, so that several caches can share a store. No colons, no whitespace. Default: `""`. */
  readonly keyPrefix?: string | undefined
  /** The default version of keys: an integer. Default: 1. */
  readonly version?: number | undefined
  /** Builds the final key. Default: `prefix:version:key`. */
  readonly keyFunction?: KeyFunction | undefined
  /** `"json"`: only JSON text. Default: a codec that supports rich types and stores plain ones as readable JSON. */
  readonly serializer?: Serializer | "json" | undefined
  /** Compresses large values; `{}` uses all defaults. Compressed entries can be read without it. Default: off. */
  readonly compress?: CompressionOptions | undefined
  /**
   * Signs entries, so that entries which others wrote to the store are misses. `incr` and `decr` are then not supported.
   * Entries in this process's memory are not signed. Default: off.
   */
  readonly sign?: SigningOptions | undefined
  /** What reads, `set`, `setMany` and `touch` do when the store fails: `"miss"` (default; writes do nothing) or `"throw"`. */
  readonly onError?: FailurePolicy | undefined
  /**
   * How long the store may take for one operation before it counts as failed. `clear`, `keys` and `prune`, which traverse the
   * store, may take 60 times as long. Default: 1 second for a store across a network, else no limit (`null`).
   */
  readonly operationTimeout?: Timeout | undefined
}

const known: ReadonlySet<string> = new Set<keyof CacheOptions>([
  "alias",
  "timeout",
  "keyPrefix",
  "version",
  "keyFunction",
  "serializer",
  "compress",
  "sign",
  "onError",
  "operationTimeout",
  ...refreshOptionNames,
])

/** Throws a `TypeError` for an option that does not exist or has a value of the wrong kind. */
export function checkCacheOptions(options: CacheOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The options of a cache are an object; got ${describeValue(options)}`)
  }
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new TypeError(`Unknown option ${name}; a cache takes ${[...known].join(", ")}`)
  }
  const { alias, compress, sign, serializer, onError, version, keyFunction, operationTimeout } = options
  if (alias !== undefined && (typeof alias !== "string" || alias === "")) {
    throw new TypeError(`alias must be a non-empty string; got ${describeValue(alias)}`)
  }
  if (serializer !== undefined && serializer !== "json" && !isSerializer(serializer)) {
    throw new TypeError(`serializer is "json", or an object with encode and decode; got ${describeValue(serializer)}`)
  }
  if (compress !== undefined) checkCompression(compress)
  if (sign !== undefined) new Signer(sign)
  if (operationTimeout !== undefined && toTtl(operationTimeout) === NOT_KEPT) {
    throw new TypeError(`operationTimeout must be longer than zero; got ${describeValue(operationTimeout)}`)
  }
  if (onError !== undefined && onError !== "miss" && onError !== "throw") {
    throw new TypeError(`onError is "miss" or "throw"; got ${describeValue(onError)}`)
  }
  if (version !== undefined) checkVersion(version)
  if (keyFunction !== undefined && typeof keyFunction !== "function") {
    throw new TypeError(`keyFunction is a function of key, prefix and version; got ${describeValue(keyFunction)}`)
  }
}

function isSerializer(serializer: Serializer): boolean {
  return typeof serializer?.encode === "function" && typeof serializer.decode === "function"
}

/** The version itself. Throws a `TypeError` for anything but a safe integer. */
export function checkVersion(version: number): number {
  if (!Number.isSafeInteger(version)) throw new TypeError(`A version is an integer; got ${describeValue(version)}`)
  return version
}
