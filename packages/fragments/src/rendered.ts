import type { Enclosing } from "./enclosing.js"

/** What became of a fragment, as everybody gets it who waited for it. */
export interface Rendered {
  readonly html: string
  /** What it depends on, fragments inside included. */
  readonly tags: readonly string[]
  /** Why it must not be stored. */
  readonly uncacheable?: string
}

/**
 * What a cache keeps of it: the text alone, or the text and then its tags, which a page around it has to know at a hit
 * too. What is not to be stored goes through the cache as it is, to those who wait for it.
 */
export type StoredFragment = string | readonly string[] | Rendered

export function toStored(rendered: Rendered): StoredFragment {
  if (rendered.uncacheable !== undefined) return rendered
  return rendered.tags.length === 0 ? rendered.html : [rendered.html, ...rendered.tags]
}

/** `undefined` for what is nothing that `toStored` made. */
export function fromStored(stored: unknown): Rendered | undefined {
  if (typeof stored === "string") return { html: stored, tags: [] }
  if (areTexts(stored)) {
    const [html, ...tags] = stored
    return html === undefined ? undefined : { html, tags }
  }
  return isUncacheable(stored) ? stored : undefined
}

/** Tells what encloses the fragment what it has to know of it. */
export function report({ tags, uncacheable }: Rendered, enclosing: Enclosing | undefined): void {
  if (enclosing === undefined) return
  if (tags.length > 0) enclosing.tags(...tags)
  if (uncacheable !== undefined) enclosing.skip(uncacheable)
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string")
}

function isUncacheable(value: unknown): value is Rendered {
  if (typeof value !== "object" || value === null) return false
  const { html, tags, uncacheable } = value as Partial<Record<keyof Rendered, unknown>>
  return typeof html === "string" && areTexts(tags) && typeof uncacheable === "string"
}
