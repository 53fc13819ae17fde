import type { Milliseconds } from "@larder/core"
import { formatString, formatTokenOrString } from "./structured-fields.js"

/** Why a request went on to the handler (RFC 9211, 2.2). */
export type ForwardReason = "bypass" | "method" | "uri-miss" | "vary-miss" | "miss" | "request" | "stale" | "partial"

/** What one cache did for a request. A response that was forwarded is never a hit at the same time. */
export interface CacheStatus {
  readonly hit?: boolean
  readonly forward?: ForwardReason
  readonly forwardStatus?: number | undefined
  /** What is left of the freshness; may be negative. */
  readonly ttl?: Milliseconds | undefined
  readonly stored?: boolean
  /** True: another request's response was used; false: it was waited for and could not be. */
  readonly collapsed?: boolean | undefined
  readonly key?: string | undefined
  readonly detail?: string | undefined
}

/** The member of `Cache-Status` for the cache of this name, which is a token (RFC 9211). */
export function formatCacheStatus(name: string, status: CacheStatus): string {
  let member = name
  if (status.hit) member += "; hit"
  if (status.forward !== undefined) member += `; fwd=${status.forward}`
  if (status.forwardStatus !== undefined) member += `; fwd-status=${status.forwardStatus}`
  if (status.ttl !== undefined) member += `; ttl=${Math.floor(status.ttl / 1_000)}`
  if (status.stored) member += "; stored"
  if (status.collapsed !== undefined) member += status.collapsed ? "; collapsed" : "; collapsed=?0"
  if (status.key !== undefined) member += `; key=${formatString(status.key)}`
  if (status.detail !== undefined) member += `; detail=${formatTokenOrString(status.detail)}`
  return member
}
