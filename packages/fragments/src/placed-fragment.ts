import type { Cache } from "@larder/core"
import type { TemplatePlace } from "./fragment-error.js"
import type { SettledOptions } from "./fragment-options.js"
import { fromStored, type Rendered } from "./rendered.js"

/** A fragment of a page that is rendered with placeholders first. */
export interface PlacedFragment {
  readonly name: string
  readonly options: SettledOptions
  readonly key: string
  /** The one that the options choose. */
  readonly cache: Cache
  readonly place: TemplatePlace
  /** Gives the text, with placeholders for the fragments inside. */
  readonly body: () => string
}

export function isSameFragment(one: PlacedFragment, other: PlacedFragment): boolean {
  return one.key === other.key && isSameStore(one, other)
}

/**
 * What the stores have of several fragments, with one read of each store. A fragment that is alone is left to who renders
 * it, and so is everything that goes wrong: that is then told with its place.
 */
export async function readStored(
  fragments: ReadonlySet<PlacedFragment>,
): Promise<ReadonlyMap<PlacedFragment, Rendered>> {
  const found = new Map<PlacedFragment, Rendered>()
  const reads = groupByStore(fragments).map(async (members) => {
    if (members.length === 1) return
    const stored = await readMany(members)
    for (const fragment of members) {
      const rendered = fromStored(stored.get(fragment.key))
      if (rendered !== undefined) found.set(fragment, rendered)
    }
  })
  await Promise.all(reads)
  return found
}

async function readMany(members: Members): Promise<ReadonlyMap<string, unknown>> {
  const [{ cache, options }] = members
  const { version } = options
  const keys = members.map(({ key }) => key)
  try {
    return await cache.getMany<unknown>(keys, version === undefined ? {} : { version })
  } catch {
    return new Map()
  }
}

type Members = readonly [PlacedFragment, ...PlacedFragment[]]

/** By cache and version: each is one read. */
function groupByStore(fragments: Iterable<PlacedFragment>): Members[] {
  const groups: [PlacedFragment, ...PlacedFragment[]][] = []
  for (const fragment of fragments) {
    const group = groups.find(([first]) => isSameStore(first, fragment))
    if (group === undefined) groups.push([fragment])
    else group.push(fragment)
  }
  return groups
}

function isSameStore(one: PlacedFragment, other: PlacedFragment): boolean {
  return one.cache === other.cache && one.options.version === other.options.version
}
