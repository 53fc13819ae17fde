import type { GetOrSetOptions } from "@larder/core"
import type { FragmentCache } from "./fragment-cache.js"
import { showValue } from "./show-value.js"

/** Where a fragment is kept, and what it depends on. The others are those of `getOrSet`. */
export interface FragmentOptions extends Omit<GetOrSetOptions, "signal"> {
  /** A cache, or what `createCaches` made. */
  readonly cache: FragmentCache
  /** The alias to use. Default: `fragments` where there is one, else `default`. */
  readonly using?: string
  /**
   * What the fragment depends on beside its name: ids, a language, a user. By value and type, as `keyOf` of
   * `@larder/core` takes them. Default: nothing.
   */
  readonly vary?: readonly unknown[]
  /** Another text is another fragment: a version of the template, or of the program that was deployed. */
  readonly digest?: string
  /**
   * The longest text that is stored, in UTF-16 units; a longer one is rendered each time. Default: 1,048,576, what
   * Memcached takes.
   */
  readonly maxLength?: number
}

export const LONGEST_STORED = 1_048_576

/** More than these no entry of a cache carries. */
export const MOST_TAGS = 64

/** Options of which `fragment` keeps what it is given. */
export interface SettledOptions extends Omit<FragmentOptions, "vary" | "digest" | "tags"> {
  readonly vary: readonly unknown[] | undefined
  readonly digest: string | undefined
  readonly tags: readonly string[]
}

const noTags: readonly string[] = []

/** The tags as a list. Throws a `TypeError` for what is no list of texts. */
export function listTags(tags: Iterable<string> | undefined): readonly string[] {
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
