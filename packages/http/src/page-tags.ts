import { type Address, addressOf } from "./engine/address.js"
import { fieldOf, type HeaderLines } from "./engine/header-lines.js"
import { groupTag } from "./engine/invalidation.js"
import { parseStringList } from "./engine/structured-fields.js"
import type { PageRequest } from "./page-exchange.js"

/** What core keeps with an entry. */
const mostTags = 64

/**
 * The tag of the page at an address, whatever its variants and whatever a proxy says about the request. The scheme is not
 * in it: behind a proxy that ends TLS, people know a page by another one than the server does.
 */
export function urlTag({ authority, target }: Address): string {
  return `url:${hostOf(authority)}${target}`
}

/** The tag of all pages at and below a path: `/blog` stands for `/blog`, `/blog?page=2` and `/blog/2026`, not for `/blogs`. */
export function prefixTag({ authority, target }: Address): string {
  return `prefix:${hostOf(authority)}${pathOf(target).replace(/\/+$/, "")}`
}

/** How many segments a path has: none for the whole of a host. */
export function depthOf({ target }: Address): number {
  return pathOf(target)
    .split("/")
    .filter((segment) => segment !== "").length
}

/** The tags that a page has for its place: its URL, and the paths above it as far down as `depth` segments. */
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

/** The tags that the cache groups of a response are (RFC 9875). */
export function groupTags(request: PageRequest, headers: HeaderLines): string[] {
  const groups = parseStringList(fieldOf(headers, "cache-groups") ?? "") ?? []
  return groups.map((group) => groupTag(addressOf(request), group))
}

/** The names, each once; `undefined` when they are more than an entry may have: what could not be purged is not stored. */
export function pageTags(place: readonly string[], names: readonly string[]): readonly string[] | undefined {
  const unique = new Set(names)
  return unique.size + place.length > mostTags ? undefined : [...unique]
}

/** Without a port that one of the schemes implies, as the scheme is not in a tag either. */
function hostOf(authority: string): string {
  return authority.replace(/:(?:80|443)$/, "")
}

function pathOf(target: string): string {
  return target.split("?", 1)[0] ?? ""
}
