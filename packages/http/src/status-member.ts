import type { Milliseconds } from "@larder/core"
import { type CacheStatus, formatCacheStatus } from "./engine/cache-status.js"
import type { PageCacheOptions } from "./page-options.js"
import { RecentMap } from "./recent-map.js"

const mostRemembered = 1_000

/** Writes a cache's own member of `Cache-Status` (RFC 9211). */
export class StatusMember {
  readonly #name: string
  readonly #exposed: NonNullable<PageCacheOptions["status"]>
  /** Of hits that differ in the seconds that are left alone. */
  readonly #hits = new RecentMap<string, number>(mostRemembered)

  constructor(name: string, exposed: PageCacheOptions["status"]) {
    this.#name = name
    this.#exposed = exposed ?? "always"
  }

  /** `undefined` where responses are to say nothing. Keys and details are for those who debug. */
  of(request: { readonly debugging: boolean; readonly key?: string }, status: CacheStatus): string | undefined {
    const { debugging, key } = request
    if (this.#exposed === "never" || (this.#exposed === "debug" && !debugging)) return undefined
    if (debugging) return formatCacheStatus(this.#name, { ...status, key })
    return formatCacheStatus(this.#name, status.detail === undefined ? status : { ...status, detail: undefined })
  }

  /** Of a hit whose page is still fresh for so long. */
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
