import type { Cache, Timeout } from "@larder/core"
import type { PageRequest } from "./page-exchange.js"

/** What is stored: nothing that could be somebody's, or all that RFC 9111 lets a shared cache store. */
export type Profile = "safe" | "rfc"

/**
 * What cookies of a request mean. `"bypass"`: a request with any cookie (but those of `ignoreCookies`) is not answered
 * from the cache. `"strip"`: the handler sees no cookies. `"ignore"`: cookies count only where the response says
 * `Vary: Cookie`, as in Django. A list: the values of these cookies are part of the page's identity, and the handler sees
 * no others.
 */
export type CookiePolicy = "bypass" | "strip" | "ignore" | readonly string[]

/**
 * Which part of the query identifies a page. `"all"`: every byte. `sort`: parameters in any order are one page. `only`,
 * `ignore`: parameters by name; what is ignored is invisible to the handler, too.
 */
export type QueryPolicy =
  | "all"
  | { readonly sort?: boolean; readonly only?: readonly string[]; readonly ignore?: readonly (string | RegExp)[] }

/**
 * What clients and caches behind this one are told. `"django"`: `Expires` and `max-age` where the handler says neither,
 * so that browsers keep the page as long as the cache does, also past a purge. `"revalidate"`: `no-cache` and an `ETag`,
 * so that a purge is seen at once for the price of a 304. `"none"`: what the handler said.
 */
export type Downstream = "django" | "revalidate" | "none"

/** What a page cache does; everything but `cache` is optional. */
export interface PageCacheOptions {
  /** Where pages are kept. */
  readonly cache: Cache
  /**
   * Keeps the pages of two page caches on one `cache` apart. Those of one with a `timeout` and of one without are apart as
   * it is. Default: `""`.
   */
  readonly keyPrefix?: string
  /** The cache's name in `Cache-Status`, and `Name-Cache-Control` is the header that speaks to it alone. Default: `"Larder"`. */
  readonly name?: string
  /** Default: `"safe"`. */
  readonly profile?: Profile
  /**
   * How long pages are kept, whatever freshness the response states. Refusals (`no-store`, `private`, …) stand. Default:
   * what the response states. Zero: nothing is stored.
   */
  readonly timeout?: Timeout
  /** How long pages are kept whose response states no freshness. Default: such pages are not stored. */
  readonly defaultTimeout?: Timeout
  /** How long past its freshness a page is served while it is refreshed in the background, unless the response says. Default: 0. */
  readonly staleFor?: Timeout
  /** How long past its freshness a page is served when the handler fails, unless the response says. Default: 0. */
  readonly staleIfError?: Timeout
  /** How long responses of other statuses than 200, 203, 301 and 308 are kept: `{ 404: "10s" }`. Default: as they state explicitly. */
  readonly cacheErrors?: Readonly<Record<number, Timeout>>
  /** Request headers that every page depends on, beside those in the responses' `Vary`. */
  readonly vary?: readonly string[]
  /** Names to purge pages by, beside those that handlers add. */
  readonly tags?: readonly string[] | ((request: PageRequest) => readonly string[])
  /**
   * What else identifies a page: locale, time zone, user segment. Such pages are refreshed before they are served, since
   * only a visitor's own request has what the function looks at, unless `keyExtrasHeaders` says what that is.
   */
  readonly keyExtras?: (request: PageRequest) => readonly string[]
  /**
   * The only request headers that `keyExtras` sees, and on which its answer depends beside the URL. A request that has
   * these, and those of `vary`, gets the same page as the visitor's own, and so refreshes it in the background. Cookies are
   * listed in `cookies`. Default: it sees all, and no request but the visitor's own will do.
   */
  readonly keyExtrasHeaders?: readonly string[]
  /** False for requests that are none of the cache's business. Default: all are. */
  readonly condition?: (request: PageRequest) => boolean
  /** Default: `"all"`. */
  readonly query?: QueryPolicy
  /** Default: `"bypass"` in the profile `safe`, `"ignore"` in `rfc`. */
  readonly cookies?: CookiePolicy
  /** Names of cookies that mean nothing to the handlers, such as those of analytics. */
  readonly ignoreCookies?: readonly (string | RegExp)[]
  /** What to do with a response that sets cookies in the profile `safe`: not store it (default), or store it without. */
  readonly setCookie?: "refuse" | "strip"
  /** Default: `"none"`. */
  readonly downstream?: Downstream
  /** The `ETag` of pages that bring none: `"weak"` (default), `"strong"` where nothing outside the cache changes the bytes, `false` for none. */
  readonly etag?: "weak" | "strong" | false
  /** Whether single byte ranges are served from whole pages. Default: true. */
  readonly ranges?: boolean
  /** Headers of RFC 9213 that this cache obeys in place of `Cache-Control`, first match first. Default: `["Name-Cache-Control"]`. */
  readonly targets?: readonly string[]
  /** Whether an answer to POST, PUT, DELETE, … makes the cached pages of its URL go. Default: false; `cacheSite` sets true. */
  readonly invalidate?: boolean
  /** Whether `no-cache`, `max-age`, `only-if-cached`, … in a request are obeyed. Default: false in `safe`, true in `rfc`. */
  readonly obeyClients?: boolean
  /** Whether the handler answers conditional requests, so that a stale page can be revalidated: true for a proxy. Default: false. */
  readonly conditionalHandler?: boolean
  /** When responses say in `Cache-Status` what happened: `"always"` (default), `"debug"`, `"never"`. */
  readonly status?: "always" | "debug" | "never"
  /** Who sees reasons and keys in `Cache-Status`. Default: nobody. */
  readonly debug?: (request: PageRequest) => boolean
  /** Bounds on what one page may take. */
  readonly limits?: PageLimits
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number
}

export interface PageLimits {
  /** Largest body that is stored, in bytes. Default: 1 MiB, or what the store takes if that is less. */
  readonly bodyBytes?: number
  /** Most variants of a URL; the oldest goes. Default: 32. */
  readonly variants?: number
  /** Most request headers that a page may depend on; more is not stored. Default: 8. */
  readonly varyHeaders?: number
  /** Longest path and query, in bytes; a longer one is not looked up. Default: 8192. */
  readonly targetBytes?: number
  /** Longest value of a header that a page depends on, in bytes; a longer one is not looked up. Default: 1024. */
  readonly headerBytes?: number
  /** How many segments of their paths pages can be purged by as a prefix; each costs a tag a page. Default: 4; 0: none. */
  readonly prefixDepth?: number
  /** How long a request waits for another's page before it runs the handler itself. Default: 5 seconds. */
  readonly wait?: Timeout
  /** Most pages that are refreshed in the background at once. Default: 8. */
  readonly refreshes?: number
}
