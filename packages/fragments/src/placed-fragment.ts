import type { Cache } from "@larder/core"
import type { TemplatePlace } from "./fragment-error.js"
import type { SettledOptions } from "./fragment-options.js"
import { fromStored, type Rendered } from "./rendered.js"

/** A fragment of a page that is first rendered with placeholders. */
export interface PlacedFragment {
  readonly name: string
  readonly options: SettledOptions
  readonly key: string
  /** The cache that the options select. */
  readonly cache: Cache
  readonly place: TemplatePlace
  /** Returns the markup, with placeholders for the fragments inside. */
  readonly body: () => string
}

export function isSameFragment(one: PlacedFragment, other: PlacedFragment): boolean {
  return one.key === other.key && isSameStore(one, other)
}

/**
 * Reads fragments, with one call to each store. Leaves out a fragment that is the only one in its store, and those of a
 * store that fails: the caller obtains them one by one, with their place in error messages.
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
  const keys = members.map(({ key }) => key)
  try {
    return await cache.getMany<unknown>(keys, { version: options.version })
  } catch {
    return new Map()
  }
}

type Members = readonly [PlacedFragment, ...PlacedFragment[]]

/** Groups by cache and version: each group is one read. */
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
