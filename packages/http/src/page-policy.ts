import { type Milliseconds, type Timeout, toTtl } from "@larder/core"
import type { Policy } from "./engine/policy.js"
import { checkOptions } from "./page-option-checks.js"
import type { PageCacheOptions } from "./page-options.js"

/** RFC 9111, 1.2.2: the maximum of delta-seconds, used for "forever". */
const longest: Milliseconds = 2 ** 31 * 1_000
/** Node's timers fire at once if they are set for longer. */
const longestTimer: Milliseconds = 2 ** 31 - 1
const mebibyte = 1_048_576

/** Checks the options and applies the defaults. Throws a `TypeError` for an invalid option. */
export function policyOf(options: PageCacheOptions): Policy {
  checkOptions(options)
  const { name = "Larder", profile = "safe", limits = {}, cache } = options
  const safe = profile === "safe"
  const storeLimit = cache.backend.capabilities.maxValueBytes
  return {
    name,
    keyPrefix: options.keyPrefix ?? "",
    profile,
    pageLifetime: lifetime(options.timeout),
    defaultLifetime: lifetime(options.defaultTimeout),
    staleFor: lifetime(options.staleFor) ?? 0,
    staleIfError: lifetime(options.staleIfError) ?? 0,
    errorLifetimes: new Map(
      Object.entries(options.cacheErrors ?? {}).map(([status, timeout]) => [Number(status), lifetime(timeout) ?? 0]),
    ),
    vary: (options.vary ?? []).map((header) => header.toLowerCase()),
    keyExtras: options.keyExtras,
    keyExtrasHeaders: options.keyExtrasHeaders?.map((header) => header.toLowerCase()),
    query: options.query ?? "all",
    cookies: options.cookies ?? (safe ? "bypass" : "ignore"),
    ignoreCookies: options.ignoreCookies ?? [],
    setCookie: options.setCookie ?? "refuse",
    downstream: options.downstream ?? "none",
    etag: options.etag ?? (safe ? "weak" : false),
    ranges: options.ranges ?? true,
    targets: (options.targets ?? [`${name}-Cache-Control`]).map((header) => header.toLowerCase()),
    invalidate: options.invalidate ?? false,
    obeyClients: options.obeyClients ?? !safe,
    conditionalHandler: options.conditionalHandler ?? false,
    // Leaves room for the head and the store's own bytes.
    bodyBytes:
      limits.bodyBytes ?? Math.min(mebibyte, storeLimit === undefined ? mebibyte : Math.floor(storeLimit * 0.9)),
    variants: limits.variants ?? 32,
    varyHeaders: limits.varyHeaders ?? 8,
    targetBytes: limits.targetBytes ?? 8_192,
    headerBytes: limits.headerBytes ?? 1_024,
    prefixDepth: limits.prefixDepth ?? 4,
    wait: Math.min(longestTimer, lifetime(limits.wait) ?? 5_000),
  }
}

/** A timeout in milliseconds; `undefined` if it is not given. */
function lifetime(timeout: Timeout | undefined): Milliseconds | undefined {
  if (timeout === undefined) return undefined
  return Math.min(longest, toTtl(timeout) ?? longest)
}
