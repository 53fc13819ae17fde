import { permitStyle } from "./content-security-policy.js"
import { panelStyleHash } from "./panel-style.js"

/** The headers of a response of any framework. Names are in lower case. */
export interface HeadFields {
  /** Several lines with the same name are joined with commas. */
  get(name: string): string | undefined
  set(name: string, value: string): void
  delete(name: string): void
  names(): Iterable<string>
}

/** Whether a panel can be added to a response: HTML without a content encoding that is neither partial nor a download. */
export function canHavePanel(status: number, fields: Pick<HeadFields, "get">): boolean {
  // No body (204, 304), a part of one (206), or one that browsers do not show (redirects).
  if (status < 200 || status === 204 || status === 206 || (status >= 300 && status < 400)) return false
  const type = fields.get("content-type") ?? ""
  if (!/^\s*text\/html\s*(?:;|$)/i.test(type) || /charset\s*=\s*"?utf-(?:16|32)/i.test(type)) return false
  if (!/^(?:identity)?$/i.test(fields.get("content-encoding")?.trim() ?? "")) return false
  return !/^\s*attachment/i.test(fields.get("content-disposition") ?? "")
}

/** Headers that describe the page without the panel, or allow it to be stored. */
const removedHeaders: readonly string[] = [
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

const policyHeaders = ["content-security-policy", "content-security-policy-report-only"]

/** What the headers of the page said before they were changed. */
export interface PageHead {
  /** The nonce for styles, if the page's policy has one. */
  readonly nonce: string | undefined
  readonly noStore: boolean
  /** The `Cache-Status` header (RFC 9211). */
  readonly cacheStatus: string | undefined
}

/**
 * Changes the headers of a page that gets a panel: makes it `no-store`, removes its length and validators, and makes its
 * content security policy permit the style sheet of the panel.
 */
export function changeHead(fields: HeadFields): PageHead {
  const noStore = /(?:^|,)\s*no-store\s*(?:,|$)/i.test(fields.get("cache-control") ?? "")
  for (const name of removedHeaders) fields.delete(name)
  // Targeted headers such as CDN-Cache-Control (RFC 9213) take precedence over Cache-Control.
  for (const name of [...fields.names()]) if (name.endsWith("-cache-control")) fields.delete(name)
  fields.set("cache-control", "no-store")
  const present = policyHeaders.flatMap((name) => {
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
