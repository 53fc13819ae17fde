import { type CacheStatus, formatCacheStatus } from "./engine/cache-status.js"
import type { PageCacheOptions } from "./page-options.js"

/** Writes a cache's own member of `Cache-Status` (RFC 9211). */
export class StatusMember {
  readonly #name: string
  readonly #exposed: NonNullable<PageCacheOptions["status"]>

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
}
