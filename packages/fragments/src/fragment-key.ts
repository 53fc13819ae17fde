import { keyOf } from "@larder/core"
import { BoundedMemo } from "./bounded-memo.js"
import { showValue } from "./show-value.js"

/** What is shown of a name in a key; any other name counts, but only by its digest. */
const shownName = /^[\w./@-]{1,100}$/

/**
 * The key under which a fragment is kept, so that code can remove what a template cached:
 * `cache.delete(makeFragmentKey("user_stats", [user.id]))`. Parts count by value and type, as `keyOf` of `@larder/core`
 * takes them: `1` is not `"1"`, and `["a:b"]` is not `["a", "b"]`. `digest` is the text that the fragment was given.
 *
 * Throws a `TypeError` for a name that is no text or empty, for parts of which no key can be made, and for a digest that
 * is no text.
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
  // The last two always stand there, so that no vary can pass for a name.
  return `template.cache.${shown}.${keyOf([...vary, digest, name], "vary")}`
}

/** Hashing is a third of what a hit costs. */
const keys = new BoundedMemo<string>(1_000)
const LONGEST_REMEMBERED = 500

/** A text that no other fragment has, where that is simple: for short texts and numbers. */
function plainText(name: string, vary: readonly unknown[], digest: string | undefined): string | undefined {
  let text = `${name.length}:${name}${digest === undefined ? "" : `${digest.length}:${digest}`}`
  for (const part of vary) {
    if (typeof part === "string") text += `,${part.length}:${part}`
    else if (typeof part === "number" && !Object.is(part, -0)) text += `,${part}`
    else return undefined
  }
  return text.length > LONGEST_REMEMBERED ? undefined : text
}

/** Throws a `TypeError` for what is no name of a fragment. */
export function checkName(name: unknown): asserts name is string {
  if (typeof name === "string" && name !== "") return
  throw new TypeError(`The name of a fragment must be a non-empty string; got ${showValue(name)}`)
}
