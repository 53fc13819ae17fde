import type { Cache, Timeout } from "@larder/core"
import type { PageRequest } from "./page-exchange.js"

/** What is stored. `"safe"`: nothing that may be personal. `"rfc"`: everything that RFC 9111 lets a shared cache store. */
export type Profile = "safe" | "rfc"

/**
 * How cookies of a request are treated. `"bypass"`: a request with any cookie (except those in `ignoreCookies`) bypasses the
 * cache. `"strip"`: the handler sees no cookies. `"ignore"`: cookies matter only if the response has `Vary: Cookie`, as in
 * Django. A list: the values of these cookies are part of the page's key, and the handler sees no others.
 */
export type CookiePolicy = "bypass" | "strip" | "ignore" | readonly string[]

/**
 * Which part of the query identifies a page. `"all"`: every byte. `sort`: the order of parameters does not matter. `only`,
 * `ignore`: parameters by name; the handler does not see ignored ones.
 */
export type QueryPolicy =
  | "all"
  | { readonly sort?: boolean; readonly only?: readonly string[]; readonly ignore?: readonly (string | RegExp)[] }

/**
 * What browsers and downstream caches are told. `"django"`: `Expires` and `max-age` if the handler sets neither, so that
 * browsers keep the page as long as the cache does, even after a purge. `"revalidate"`: `no-cache` and an `ETag`, so that
 * a purge takes effect at once, at the cost of a 304. `"none"`: the handler's headers, unchanged.
 */
export type Downstream = "django" | "revalidate" | "none"

/** Options of a page cache; only `cache` is required. */
export interface PageCacheOptions {
  /** Where pages are stored. */
  readonly cache: Cache
  /**
   * Separates page caches that share a `cache`. Those with a `timeout` and those without are separate anyway. Default: `""`.
   */
  readonly keyPrefix?: string
  /** The cache's name in `Cache-Status`, and in `Name-Cache-Control`, the header for this cache only. Default: `"Larder"`. */
  readonly name?: string
  /** Default: `"safe"`. */
  readonly profile?: Profile
  /**
   * How long pages are fresh, overriding the response. `no-store`, `private` and the like still apply. Default: what the
   * response states. Zero: nothing is stored.
   */
  readonly timeout?: Timeout
  /** How long pages are fresh if their response states no freshness. Default: such pages are not stored. */
  readonly defaultTimeout?: Timeout
  /** How long a stale page is served while it is refreshed in the background, unless the response says. Default: 0. */
  readonly staleFor?: Timeout
  /** How long a stale page is served if the handler fails, unless the response says. Default: 0. */
  readonly staleIfError?: Timeout
  /** How long responses with statuses other than 200, 203, 301 and 308 are fresh: `{ 404: "10s" }`. Default: as they state explicitly. */
  readonly cacheErrors?: Readonly<Record<number, Timeout>>
  /** Request headers that every page depends on, in addition to the response's `Vary`. */
  readonly vary?: readonly string[]
  /** Tags to purge pages by, in addition to those that handlers add. */
  readonly tags?: readonly string[] | ((request: PageRequest) => readonly string[])
  /**
   * What else identifies a page: locale, time zone, user segment. Stale pages are then refreshed before they are served, since
   * only a visitor's own request has what the function reads, unless `keyExtrasHeaders` lists it.
   */
  readonly keyExtras?: (request: PageRequest) => readonly string[]
  /**
   * The only request headers that `keyExtras` sees, and on which its result depends besides the URL. A request with these and
   * those in `vary` gets the same page as the visitor's own, so it can refresh the page in the background. For cookies, use
   * `cookies`. Default: it sees all headers, and only the visitor's own request can refresh the page.
   */
  readonly keyExtrasHeaders?: readonly string[]
  /** Returns false for requests that bypass the cache. Default: none do. */
  readonly condition?: (request: PageRequest) => boolean
  /** Default: `"all"`. */
  readonly query?: QueryPolicy
  /** Default: `"bypass"` in the profile `safe`, `"ignore"` in `rfc`. */
  readonly cookies?: CookiePolicy
  /** Names of cookies that handlers do not use, such as those of analytics. */
  readonly ignoreCookies?: readonly (string | RegExp)[]
  /** Whether the `safe` profile does not store responses that set cookies (`"refuse"`, default) or stores them without (`"strip"`). */
  readonly setCookie?: "refuse" | "strip"
  /** Default: `"none"`. */
  readonly downstream?: Downstream
  /** The `ETag` added to pages without one: `"weak"` (default), `"strong"` if nothing outside the cache changes the bytes, `false` for none. */
  readonly etag?: "weak" | "strong" | false
  /** Whether single byte ranges are served from whole pages. Default: true. */
  readonly ranges?: boolean
  /** Targeted headers (RFC 9213) that take precedence over `Cache-Control`; the first match applies. Default: `["Name-Cache-Control"]`. */
  readonly targets?: readonly string[]
  /** Whether responses to POST, PUT, DELETE, … invalidate the cached pages of their URL. Default: false; `cacheSite` sets true. */
  readonly invalidate?: boolean
  /** Whether `no-cache`, `max-age`, `only-if-cached`, … in a request are obeyed. Default: false in `safe`, true in `rfc`. */
  readonly obeyClients?: boolean
  /** Whether the handler supports conditional requests, so that stale pages can be revalidated: true for a proxy. Default: false. */
  readonly conditionalHandler?: boolean
  /** When responses get a `Cache-Status` header: `"always"` (default), `"debug"`, `"never"`. */
  readonly status?: "always" | "debug" | "never"
  /** Returns true for requests whose `Cache-Status` includes reasons and keys. Default: none. */
  readonly debug?: (request: PageRequest) => boolean
  /** Limits per page, and on waiting and refreshes. */
  readonly limits?: PageLimits
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number
}

export interface PageLimits {
  /** Largest body that is stored, in bytes. Default: 1 MiB, or the limit of the store if that is less. */
  readonly bodyBytes?: number
  /** Maximum variants of a URL; the oldest is dropped. Default: 32. */
  readonly variants?: number
  /** Maximum request headers that a page may depend on; with more it is not stored. Default: 8. */
  readonly varyHeaders?: number
  /** Longest path and query, in bytes; longer ones bypass the cache. Default: 8192. */
  readonly targetBytes?: number
  /** Longest value of a header that a page depends on, in bytes; longer ones bypass the cache. Default: 1024. */
  readonly headerBytes?: number
  /** Maximum path segments of a prefix to purge by; each adds a tag to every page. Default: 4; 0: no prefixes. */
  readonly prefixDepth?: number
  /**
   * How long a request waits for a page that another one renders, before it runs the handler itself. Nobody waits for a body
   * that has not ended when this time has passed since its head. Default: 5 seconds.
   */
  readonly wait?: Timeout
  /** Maximum concurrent background refreshes. Default: 8. */
  readonly refreshes?: number
}
