import { type Milliseconds, type Timeout, toTtl } from "@larder/core"
import type { Policy } from "./engine/policy.js"
import type { PageCacheOptions } from "./page-options.js"

/** RFC 9111, 1.2.2: what stands for "for ever" in a number of seconds. */
const longest: Milliseconds = 2 ** 31 * 1_000
const mebibyte = 1_048_576

/** Checks the options and fills in what they leave open. Throws a `TypeError` for an option of the wrong kind. */
export function policyOf(options: PageCacheOptions): Policy {
  const { name = "Larder", profile = "safe", limits = {}, cache } = options
  checkOptions(options)
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
    // The head and the store's own bytes need room beside the body.
    bodyBytes:
      limits.bodyBytes ?? Math.min(mebibyte, storeLimit === undefined ? mebibyte : Math.floor(storeLimit * 0.9)),
    variants: limits.variants ?? 32,
    varyHeaders: limits.varyHeaders ?? 8,
    targetBytes: limits.targetBytes ?? 8_192,
    headerBytes: limits.headerBytes ?? 1_024,
    prefixDepth: limits.prefixDepth ?? 4,
  }
}

/** The milliseconds of a timeout; `undefined` for one that is not given. */
export function lifetime(timeout: Timeout | undefined): Milliseconds | undefined {
  if (timeout === undefined) return undefined
  return Math.min(longest, toTtl(timeout) ?? longest)
}

const words = {
  profile: ["safe", "rfc"],
  setCookie: ["refuse", "strip"],
  downstream: ["django", "revalidate", "none"],
  etag: ["weak", "strong", false],
  status: ["always", "debug", "never"],
} as const satisfies Partial<Record<keyof PageCacheOptions, readonly unknown[]>>

function checkOptions(options: PageCacheOptions): void {
  if (typeof options.cache?.get !== "function")
    throw new TypeError("A page cache needs a cache: { cache: new Cache(backend) }")
  for (const [name, known] of Object.entries(words)) {
    const value = options[name as keyof typeof words]
    if (value !== undefined && !known.some((word) => word === value)) {
      throw new TypeError(`${name} is ${known.map((word) => JSON.stringify(word)).join(" or ")}; got ${String(value)}`)
    }
  }
  if (options.name !== undefined && !/^[A-Za-z][A-Za-z0-9-]*$/.test(options.name)) {
    throw new TypeError(`name is letters, digits and hyphens, as it is part of a header's name; got ${options.name}`)
  }
}
