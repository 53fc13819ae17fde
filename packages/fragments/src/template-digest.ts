import { keyOf } from "@larder/core"
import { placeText, type TemplatePlace } from "./fragment-error.js"
import { warnOnce } from "./warn-once.js"

/** A template, or the part of one that is a fragment, as far as its digest goes. */
export interface TemplateSource {
  /** What tells it from other templates, such as its path. */
  readonly id: string
  readonly text: string
  /** The names of what it includes, as they are written; `undefined` for one that is known only when it is rendered. */
  readonly includes: readonly (string | undefined)[]
}

/** The id of the part that is a fragment: it is a file of its own to nobody. */
export const fragmentId = ""

/** Finds what a template includes. `"missing"`: there is none. `"unknown"`: its source cannot be had. */
export type FindIncluded = (name: string, from: TemplateSource) => TemplateSource | "missing" | "unknown"

/**
 * A text that changes with the source of a fragment and with that of every template that it includes. Paths do not count,
 * so that it is the same on all machines. Warns of what is included and cannot be followed.
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

/** The digest of sources that were gathered already, in an order that is always the same. */
export function digestOfTexts(texts: readonly unknown[]): string {
  return keyOf(texts, "template")
}

/** Says that a template can change without a new key. */
export function warnOfUnknown(name: string | undefined, from: { readonly id: string }, place: TemplatePlace): void {
  const included = name === undefined ? "an include whose name is computed" : JSON.stringify(name)
  const where = from.id === fragmentId ? "" : ` in ${from.id}`
  const message =
    `${placeText(place)}the digest does not follow ${included}${where}: when that template changes, the fragment is ` +
    "shown as it was until it expires. Give the tag a digest of its own"
  warnOnce("LARDER_FRAGMENT_DIGEST", message, message)
}
