import { addressOf } from "./engine/address.js"
import { fieldOf, type HeaderLines } from "./engine/header-lines.js"
import { groupTag } from "./engine/invalidation.js"
import { parseStringList } from "./engine/structured-fields.js"
import type { PageRequest } from "./page-exchange.js"
import type { PageCacheOptions } from "./page-options.js"

/** RFC 9875 wants room for 32 groups; core keeps 64 names an entry. */
const mostTags = 64

/** The names that the options give a page before its handler runs. */
export function declaredTags(request: PageRequest, tags: PageCacheOptions["tags"]): readonly string[] {
  return typeof tags === "function" ? tags(request) : (tags ?? [])
}

/**
 * All names of a page: those of the options, of the handler, and the cache groups of the response (RFC 9875).
 * `undefined` when they are more than an entry may have: what could not be purged is not stored.
 */
export function pageTags(
  request: PageRequest,
  declared: readonly string[],
  learned: Iterable<string>,
  headers: HeaderLines,
): readonly string[] | undefined {
  const groups = parseStringList(fieldOf(headers, "cache-groups") ?? "") ?? []
  const address = addressOf(request)
  const names = new Set([...declared, ...learned, ...groups.map((group) => groupTag(address, group))])
  return names.size > mostTags ? undefined : [...names]
}
