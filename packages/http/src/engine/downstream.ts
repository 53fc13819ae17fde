import type { Milliseconds } from "@larder/core"
import { fieldNames } from "./field-list.js"
import { fieldOf, type HeaderLine, type HeaderLines, withoutFields } from "./header-lines.js"
import { formatHttpDate } from "./http-date.js"
import type { Policy } from "./policy.js"

/** What the cache knows about a response when it tells others about it. */
export interface DownstreamFacts {
  /** How long the cache keeps it; `undefined` when it does not. */
  readonly lifetime: Milliseconds | undefined
  /** The request headers that the page depends on, beside those in its own `Vary`. */
  readonly vary: readonly string[]
  readonly now: Milliseconds
}

/** The head as clients and other caches are to see it: without what speaks to this cache, with what `downstream` adds. */
export function downstreamHead(lines: HeaderLines, policy: Policy, facts: DownstreamFacts): HeaderLine[] {
  const head = withoutOwnField(lines, policy)
  if (fieldOf(head, "date") === undefined) head.push(["Date", formatHttpDate(facts.now)])
  addVary(head, facts.vary)
  const { lifetime } = facts
  if (lifetime === undefined || policy.downstream === "none") return head
  if (policy.downstream === "revalidate") {
    return [...withoutFields(head, new Set(["cache-control", "expires"])), ["Cache-Control", "no-cache"]]
  }
  if (fieldOf(head, "cache-control") === undefined && fieldOf(head, "expires") === undefined) {
    head.push(["Expires", formatHttpDate(facts.now + lifetime)])
    head.push(["Cache-Control", `max-age=${Math.floor(lifetime / 1_000)}`])
  }
  return head
}

/** Without the field of RFC 9213 that speaks to this cache alone. */
export function withoutOwnField(lines: HeaderLines, { name }: Policy): HeaderLine[] {
  return withoutFields(lines, new Set([`${name.toLowerCase()}-cache-control`]))
}

function addVary(head: HeaderLine[], names: readonly string[]): void {
  const stated = fieldNames(fieldOf(head, "vary") ?? "")
  const missing = names.filter((name) => !stated.includes(name))
  if (missing.length > 0 && !stated.includes("*")) head.push(["Vary", missing.join(", ")])
}
