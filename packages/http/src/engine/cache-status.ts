import type { Milliseconds } from "@larder/core"
import { formatString, formatTokenOrString } from "./structured-fields.js"

/** Why a request was forwarded to the handler (RFC 9211, 2.2). */
export type ForwardReason = "bypass" | "method" | "uri-miss" | "vary-miss" | "miss" | "request" | "stale" | "partial"

/** How one cache handled a request. `hit` and `forward` exclude each other. */
export interface CacheStatus {
  readonly hit?: boolean
  readonly forward?: ForwardReason
  readonly forwardStatus?: number | undefined
  /** The remaining freshness; may be negative. */
  readonly ttl?: Milliseconds | undefined
  readonly stored?: boolean
  /** True if another request's response was used; false if the request waited for one that could not be. */
  readonly collapsed?: boolean | undefined
  readonly key?: string | undefined
  readonly detail?: string | undefined
}

/** Formats the member of `Cache-Status` for a cache whose name is a token (RFC 9211). */
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
