import type { Enclosing } from "./enclosing.js"

/** A rendered fragment, as all concurrent callers get it. */
export interface Rendered {
  readonly html: string
  /** Its tags, including those of the fragments inside. */
  readonly tags: readonly string[]
  /** Why it must not be stored. */
  readonly uncacheable?: string
}

/**
 * What the cache stores: the markup, or an array of the markup and its tags, which an enclosing page needs on a hit too. An
 * uncacheable one is only passed to concurrent callers.
 */
export type StoredFragment = string | readonly string[] | Rendered

export function toStored(rendered: Rendered): StoredFragment {
  if (rendered.uncacheable !== undefined) return rendered
  return rendered.tags.length === 0 ? rendered.html : [rendered.html, ...rendered.tags]
}

/** `undefined` for anything that `toStored` did not return. */
export function fromStored(stored: unknown): Rendered | undefined {
  if (typeof stored === "string") return { html: stored, tags: [] }
  if (areTexts(stored)) {
    const [html, ...tags] = stored
    return html === undefined ? undefined : { html, tags }
  }
  return isUncacheable(stored) ? stored : undefined
}

/** Passes the tags of a fragment on to what encloses it, and whether it is uncacheable. */
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
