import { permitStyle } from "./content-security-policy.js"
import { panelStyleHash } from "./panel-style.js"

/** The headers of a response, of any framework. Names are in lower case. */
export interface HeadFields {
  /** Several lines of one name are joined by commas. */
  get(name: string): string | undefined
  set(name: string, value: string): void
  delete(name: string): void
  names(): Iterable<string>
}

/** Whether a response to a GET may be a page that a panel can be added to: HTML that is not encoded, and not a part or a file. */
export function mayBePage(status: number, fields: Pick<HeadFields, "get">): boolean {
  // 204, 206, 304 and redirects: no body, part of one, or one that nobody sees.
  if (status < 200 || status === 204 || status === 206 || (status >= 300 && status < 400)) return false
  const type = fields.get("content-type") ?? ""
  if (!/^\s*text\/html\s*(?:;|$)/i.test(type) || /charset\s*=\s*"?utf-(?:16|32)/i.test(type)) return false
  if (!/^(?:identity)?$/i.test(fields.get("content-encoding")?.trim() ?? "")) return false
  return !/^\s*attachment/i.test(fields.get("content-disposition") ?? "")
}

/** They describe the page without the panel, or let somebody keep it. */
const obsolete: readonly string[] = [
  "accept-ranges",
  "content-digest",
  "content-length",
  "content-md5",
  "digest",
  "etag",
  "expires",
  "last-modified",
  "pragma",
  "repr-digest",
  "surrogate-control",
]

const policyFields = ["content-security-policy", "content-security-policy-report-only"]

/** What the page's own headers said. */
export interface PageHead {
  /** To put on styles, if the policy of the page has one for them. */
  readonly nonce: string | undefined
  readonly noStore: boolean
  /** The header `Cache-Status` (RFC 9211). */
  readonly cacheStatus: string | undefined
}

/**
 * Changes the head of a page for one with a panel: nobody may keep it, its length and validators no longer apply, and its
 * policy permits the style sheet of the panel.
 */
export function changeHead(fields: HeadFields): PageHead {
  const noStore = /(?:^|,)\s*no-store\s*(?:,|$)/i.test(fields.get("cache-control") ?? "")
  for (const name of obsolete) fields.delete(name)
  // Those for single caches (RFC 9213), which would go before it.
  for (const name of [...fields.names()]) if (name.endsWith("-cache-control")) fields.delete(name)
  fields.set("cache-control", "no-store")
  const present = policyFields.flatMap((name) => {
    const value = fields.get(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const { nonce, policies } = permitStyle(
    present.map(([, value]) => value),
    panelStyleHash,
  )
  present.forEach(([name, value], index) => {
    const policy = policies[index]
    if (policy !== undefined && policy !== value) fields.set(name, policy)
  })
  return { nonce, noStore, cacheStatus: fields.get("cache-status") }
}
