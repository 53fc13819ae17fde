import type { GetOrSetOptions, Strings } from "@larder/core"
import type { FragmentCache } from "./fragment-cache.js"
import { showValue } from "./show-value.js"

/** Where a fragment is stored, and what it depends on. The other options are those of `getOrSet`. */
export interface FragmentOptions extends Omit<GetOrSetOptions, "signal"> {
  /** A cache, or what `createCaches` returned. */
  readonly cache: FragmentCache
  /** The alias to use. Default: `fragments` if it exists, else `default`. */
  readonly using?: string | undefined
  /**
   * The values that the fragment depends on: ids, a language, a user. Compared by value and type, as in `keyOf` of
   * `@larder/core`. Default: `[]`.
   */
  readonly vary?: readonly unknown[] | undefined
  /** A string that changes when the template changes, such as a release id. Default: none. */
  readonly digest?: string | undefined
  /**
   * The longest output that is stored, in UTF-16 units; a longer one is rendered each time. Default: 1,048,576, the limit
   * of Memcached.
   */
  readonly maxLength?: number | undefined
}

export const LONGEST_STORED = 1_048_576

/** The maximum of tags of a cache entry. */
export const MOST_TAGS = 64

/** Validated options, which are passed on without a copy. */
export interface SettledOptions extends Omit<FragmentOptions, "vary" | "digest" | "tags"> {
  readonly vary: readonly unknown[] | undefined
  readonly digest: string | undefined
  readonly tags: readonly string[]
}

const noTags: readonly string[] = []

/** The tags as an array without duplicates. Throws a `TypeError` if they are not an iterable of strings. */
export function listTags(tags: Strings | undefined): readonly string[] {
  if (tags === undefined) return noTags
  if (typeof tags !== "object" || tags === null || !(Symbol.iterator in tags)) {
    throw new TypeError(`tags must be an array or another iterable of strings; got ${showValue(tags)}`)
  }
  const list: readonly unknown[] = [...new Set<unknown>(tags)]
  if (!areTexts(list))
    throw new TypeError(`A tag must be a string; got ${showValue(list.find((tag) => typeof tag !== "string"))}`)
  return list
}

function areTexts(list: readonly unknown[]): list is readonly string[] {
  return list.every((tag) => typeof tag === "string")
}
