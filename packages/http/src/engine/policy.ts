import type { Milliseconds } from "@larder/core"
import type { PageRequest } from "../page-exchange.js"
import type { CookiePolicy, Downstream, Profile, QueryPolicy } from "../page-options.js"

/** The options of a page cache as the engine reads them: every default filled in, every duration in milliseconds. */
export interface Policy {
  readonly name: string
  readonly keyPrefix: string
  readonly profile: Profile
  /** From `timeout`: overrides the freshness of responses. */
  readonly pageLifetime: Milliseconds | undefined
  readonly defaultLifetime: Milliseconds | undefined
  readonly staleFor: Milliseconds
  readonly staleIfError: Milliseconds
  readonly errorLifetimes: ReadonlyMap<number, Milliseconds>
  /** In lower case. */
  readonly vary: readonly string[]
  readonly keyExtras: ((request: PageRequest) => readonly string[]) | undefined
  /** In lower case; `undefined` if `keyExtras` may read all headers. */
  readonly keyExtrasHeaders: readonly string[] | undefined
  readonly query: QueryPolicy
  readonly cookies: CookiePolicy
  readonly ignoreCookies: readonly (string | RegExp)[]
  readonly setCookie: "refuse" | "strip"
  readonly downstream: Downstream
  readonly etag: "weak" | "strong" | false
  readonly ranges: boolean
  /** In lower case, in order of precedence. */
  readonly targets: readonly string[]
  readonly invalidate: boolean
  readonly obeyClients: boolean
  readonly conditionalHandler: boolean
  readonly bodyBytes: number
  readonly variants: number
  readonly varyHeaders: number
  readonly targetBytes: number
  readonly headerBytes: number
  readonly prefixDepth: number
  /** How long a request waits for another one's run. */
  readonly wait: Milliseconds
}
