import { keyOf } from "@larder/core"
import { BoundedMemo } from "./bounded-memo.js"
import { showValue } from "./show-value.js"

/** Names that appear in the key; any other name is only part of the digest. */
const shownName = /^[\w./@-]{1,100}$/

/**
 * The key of a fragment, so that code can delete what a template cached:
 * `cache.delete(makeFragmentKey("user_stats", [user.id]))`. Parts are compared by value and type, as in `keyOf` of
 * `@larder/core`: `1` is not `"1"`, and `["a:b"]` is not `["a", "b"]`. `digest` is the option of the fragment.
 *
 * Throws a `TypeError` if the name is not a string or empty, if a part cannot be part of a key, or if the digest is not a
 * string.
 */
export function makeFragmentKey(name: string, vary: readonly unknown[] = [], digest?: string): string {
  checkName(name)
  if (!Array.isArray(vary)) {
    throw new TypeError(`vary must be an array of what the fragment depends on; got ${showValue(vary)}`)
  }
  if (digest !== undefined && typeof digest !== "string") {
    throw new TypeError(`digest must be a string that changes with the template; got ${showValue(digest)}`)
  }
  const text = plainText(name, vary, digest)
  return text === undefined ? hashedKey(name, vary, digest) : keys.get(text, () => hashedKey(name, vary, digest))
}

function hashedKey(name: string, vary: readonly unknown[], digest: string | undefined): string {
  const shown = shownName.test(name) ? name : ""
  // Digest and name are always last, so that no `vary` is mistaken for them.
  return `template.cache.${shown}.${keyOf([...vary, digest, name], "vary")}`
}

/** Hashing is a third of what a hit costs. */
const keys = new BoundedMemo<string>(1_000)
const LONGEST_REMEMBERED = 500

/** An unambiguous string for parts that are short strings and numbers; `undefined` for others. */
function plainText(name: string, vary: readonly unknown[], digest: string | undefined): string | undefined {
  let text = `${name.length}:${name}${digest === undefined ? "" : `${digest.length}:${digest}`}`
  for (const part of vary) {
    if (typeof part === "string") text += `,${part.length}:${part}`
    else if (typeof part === "number" && !Object.is(part, -0)) text += `,${part}`
    else return undefined
  }
  return text.length > LONGEST_REMEMBERED ? undefined : text
}

/** Throws a `TypeError` if it is not a valid name. */
export function checkName(name: unknown): asserts name is string {
  if (typeof name === "string" && name !== "") return
  throw new TypeError(`The name of a fragment must be a non-empty string; got ${showValue(name)}`)
}
