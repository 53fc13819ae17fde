import type { Milliseconds } from "@larder/core"
import { type CacheStatus, formatCacheStatus } from "./engine/cache-status.js"
import type { PageCacheOptions } from "./page-options.js"
import { RecentMap } from "./recent-map.js"

const mostRemembered = 1_000

/** Formats this cache's member of `Cache-Status` (RFC 9211). */
export class StatusMember {
  readonly #name: string
  readonly #exposed: NonNullable<PageCacheOptions["status"]>
  /** Members of hits, by remaining seconds. */
  readonly #hits = new RecentMap<string, number>(mostRemembered)

  constructor(name: string, exposed: PageCacheOptions["status"]) {
    this.#name = name
    this.#exposed = exposed ?? "always"
  }

  /** `undefined` if the response gets no member. Only includes key and detail when debugging. */
  of(request: { readonly debugging: boolean; readonly key?: string }, status: CacheStatus): string | undefined {
    const { debugging, key } = request
    if (this.#exposed === "never" || (this.#exposed === "debug" && !debugging)) return undefined
    if (debugging) return formatCacheStatus(this.#name, { ...status, key })
    return formatCacheStatus(this.#name, status.detail === undefined ? status : { ...status, detail: undefined })
  }

  /** For a hit whose page is fresh for `ttl` more milliseconds. */
  ofHit(request: { readonly debugging: boolean; readonly key: string }, ttl: Milliseconds): string | undefined {
    if (request.debugging || this.#exposed !== "always") return this.of(request, { hit: true, ttl })
    const seconds = Math.floor(ttl / 1_000)
    const known = this.#hits.get(seconds)
    if (known !== undefined) return known
    const member = formatCacheStatus(this.#name, { hit: true, ttl })
    this.#hits.set(seconds, member)
    return member
  }
}
