import { type Address, addressOf } from "./engine/address.js"
import { fieldOf, type HeaderLines } from "./engine/header-lines.js"
import { groupTag } from "./engine/invalidation.js"
import { parseStringList } from "./engine/structured-fields.js"
import type { PageRequest } from "./page-exchange.js"

/** The maximum of core. */
const mostTags = 64

/**
 * The tag of the page at an address, for all variants and whatever headers a proxy sets. It does not include the scheme:
 * behind a proxy that terminates TLS, the server's scheme is not the public one.
 */
export function urlTag({ authority, target }: Address): string {
  return `url:${hostOf(authority)}${target}`
}

/** The tag of all pages at and below a path: `/blog` stands for `/blog`, `/blog?page=2` and `/blog/2026`, not for `/blogs`. */
export function prefixTag({ authority, target }: Address): string {
  return `prefix:${hostOf(authority)}${pathOf(target).replace(/\/+$/, "")}`
}

/** The number of segments of a path: 0 for a whole host. */
export function depthOf({ target }: Address): number {
  return pathOf(target)
    .split("/")
    .filter((segment) => segment !== "").length
}

/** The tags of a page by its URL: the URL itself, and its path prefixes of up to `depth` segments. */
export function placeTags(address: Address, depth: number): string[] {
  const tags = [urlTag(address)]
  if (depth === 0) return tags
  const path = pathOf(address.target)
  let end = 0
  tags.push(prefixTag({ ...address, target: "" }))
  for (const [segment] of path.matchAll(/\/*[^/]+/g)) {
    if (tags.length > depth + 1) break
    end += segment.length
    tags.push(prefixTag({ ...address, target: path.slice(0, end) }))
  }
  return tags
}

/** The tags for the cache groups of a response (RFC 9875). */
export function groupTags(request: PageRequest, headers: HeaderLines): string[] {
  const groups = parseStringList(fieldOf(headers, "cache-groups") ?? "") ?? []
  return groups.map((group) => groupTag(addressOf(request), group))
}

/** All tags without duplicates; `undefined` if there are too many: a page that could not be purged is not stored. */
export function pageTags(place: readonly string[], names: readonly string[]): readonly string[] | undefined {
  const unique = new Set(names)
  return unique.size + place.length > mostTags ? undefined : [...unique]
}

/** Omits the default port of either scheme, since tags do not include the scheme. */
function hostOf(authority: string): string {
  return authority.replace(/:(?:80|443)$/, "")
}

function pathOf(target: string): string {
  return target.split("?", 1)[0] ?? ""
}
