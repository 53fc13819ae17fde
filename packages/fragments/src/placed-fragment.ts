import type { Cache } from "@larder/core"
import type { TemplatePlace } from "./fragment-error.js"
import type { FragmentRequest } from "./fragment-many.js"

/** A fragment of a page that is rendered with placeholders first. */
export interface PlacedFragment extends FragmentRequest {
  readonly cache: Cache
  readonly version: number | undefined
  readonly name: string
  readonly tags: readonly string[]
  readonly place: TemplatePlace
  /** Gives the text, with placeholders for the fragments inside. */
  readonly body: () => string
}

export function isSameFragment(one: PlacedFragment, other: PlacedFragment): boolean {
  return one.key === other.key && isSameStore(one, other)
}

/** By cache and version: each is one read. */
export function groupByStore(fragments: Iterable<PlacedFragment>): PlacedFragment[][] {
  const groups: [PlacedFragment, ...PlacedFragment[]][] = []
  for (const fragment of fragments) {
    const group = groups.find(([first]) => isSameStore(first, fragment))
    if (group === undefined) groups.push([fragment])
    else group.push(fragment)
  }
  return groups
}

function isSameStore(one: PlacedFragment, other: PlacedFragment): boolean {
  return one.cache === other.cache && one.version === other.version
}
