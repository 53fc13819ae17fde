import { keyOf } from "@larder/core"
import { showValue } from "./show-value.js"

/** What is shown of a name in a key; any other name counts, but only by its digest. */
const shownName = /^[\w./@-]{1,100}$/

/**
 * The key under which a fragment is kept, so that code can remove what a template cached:
 * `cache.delete(makeFragmentKey("user_stats", [user.id]))`. Parts count by value and type, as `keyOf` of `@larder/core`
 * takes them: `1` is not `"1"`, and `["a:b"]` is not `["a", "b"]`. `digest` is the one that the fragment was given.
 *
 * Throws a `TypeError` for a name that is no text or empty, and for parts of which no key can be made.
 */
export function makeFragmentKey(name: string, vary: readonly unknown[] = [], digest?: string): string {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`A fragment has a name, a text that is not empty; got ${showValue(name)}`)
  }
  if (!Array.isArray(vary)) {
    throw new TypeError(`vary is an array of what the fragment depends on; got ${showValue(vary)}`)
  }
  const shown = shownName.test(name) ? name : ""
  // The last two always stand there, so that no vary can pass for a name.
  return `template.cache.${shown}.${keyOf([...vary, digest, name], "vary")}`
}
