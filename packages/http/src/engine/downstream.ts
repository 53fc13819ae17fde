import type { Milliseconds } from "@larder/core"
import { fieldNames } from "./field-list.js"
import { fieldOf, type HeaderLine, type HeaderLines, withoutFields } from "./header-lines.js"
import { formatHttpDate } from "./http-date.js"
import type { Policy } from "./policy.js"

/** What the downstream head depends on. */
export interface DownstreamFacts {
  /** How long the page is fresh; `undefined` if it is not stored. */
  readonly lifetime: Milliseconds | undefined
  /** The request headers that the page depends on, besides those in its own `Vary`. */
  readonly vary: readonly string[]
  readonly now: Milliseconds
}

/** The head for clients and downstream caches: without fields for this cache only, with what `downstream` adds. */
export function downstreamHead(lines: HeaderLines, policy: Policy, facts: DownstreamFacts): HeaderLine[] {
  const head = withoutOwnField(lines, policy)
  if (fieldOf(head, "date") === undefined) head.push(["Date", formatHttpDate(facts.now)])
  addVary(head, facts.vary)
  const { lifetime } = facts
  if (lifetime === undefined || policy.downstream === "none") return head
  if (policy.downstream === "revalidate") {
    // Compression around the cache must still see it (RFC 9111, 5.2.2.6).
    const fixed = fieldNames(fieldOf(head, "cache-control") ?? "").includes("no-transform")
    const control = fixed ? "no-cache, no-transform" : "no-cache"
    return [...withoutFields(head, new Set(["cache-control", "expires"])), ["Cache-Control", control]]
  }
  if (fieldOf(head, "cache-control") === undefined && fieldOf(head, "expires") === undefined) {
    head.push(["Expires", formatHttpDate(facts.now + lifetime)])
    head.push(["Cache-Control", `max-age=${Math.floor(lifetime / 1_000)}`])
  }
  return head
}

/** Without this cache's own targeted field (RFC 9213). */
export function withoutOwnField(lines: HeaderLines, { name }: Policy): HeaderLine[] {
  return withoutFields(lines, new Set([`${name.toLowerCase()}-cache-control`]))
}

function addVary(head: HeaderLine[], names: readonly string[]): void {
  const stated = fieldNames(fieldOf(head, "vary") ?? "")
  const missing = names.filter((name) => !stated.includes(name))
  if (missing.length > 0 && !stated.includes("*")) head.push(["Vary", missing.join(", ")])
}
