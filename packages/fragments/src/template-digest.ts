import { keyOf } from "@larder/core"
import { placeText, type TemplatePlace } from "./fragment-error.js"
import { warnOnce } from "./warn-once.js"

/** The source of a template or of a fragment, for a digest. */
export interface TemplateSource {
  /** Identifies the template, such as its path. */
  readonly id: string
  readonly text: string
  /** The names that it includes, as written; `undefined` for a computed name. */
  readonly includes: readonly (string | undefined)[]
}

/** The id of a fragment, which is not a template of its own. */
export const fragmentId = ""

/** Finds an included template. `"missing"`: there is none. `"unknown"`: its source is not available. */
export type FindIncluded = (name: string, from: TemplateSource) => TemplateSource | "missing" | "unknown"

/**
 * A digest of the source of a fragment and of every template that it includes, transitively. Paths are not part of it, so it
 * is the same on all machines. Warns about includes that cannot be followed.
 */
export function digestOf(fragment: TemplateSource, find: FindIncluded, place: TemplatePlace): string {
  const texts: unknown[] = [fragment.text]
  const sources = [fragment]
  const ids = new Set([fragment.id])
  for (const source of sources) {
    for (const name of source.includes) {
      const found = name === undefined ? "unknown" : find(name, source)
      if (found === "unknown") warnOfUnknown(name, source, place)
      if (typeof found === "string") texts.push([name, found])
      else if (!ids.has(found.id)) {
        ids.add(found.id)
        sources.push(found)
        texts.push(found.text)
      }
    }
  }
  return digestOfTexts(texts)
}

/** The digest of sources, which must be in a deterministic order. */
export function digestOfTexts(texts: readonly unknown[]): string {
  return keyOf(texts, "template")
}

/** Warns that an included template can change without changing the key. */
export function warnOfUnknown(name: string | undefined, from: { readonly id: string }, place: TemplatePlace): void {
  const included = name === undefined ? "an include whose name is computed" : JSON.stringify(name)
  const where = from.id === fragmentId ? "" : ` in ${from.id}`
  const message =
    `${placeText(place)}the digest does not follow ${included}${where}: when that template changes, the fragment is ` +
    "shown as it was until it expires. Give the tag a digest of its own"
  warnOnce("LARDER_FRAGMENT_DIGEST", message, message)
}
