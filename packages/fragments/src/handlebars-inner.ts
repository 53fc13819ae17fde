import type { Cache, TagSnapshot, Timeout } from "@larder/core"
import { groupByStore, type PlacedFragment } from "./placed-fragment.js"
import { fromStored, type Rendered, toStored } from "./rendered.js"
import { isStoreFailure } from "./store-failure.js"

/** What the store is to be told of a fragment. */
interface Keeping {
  timeout: Timeout | undefined
  tags: readonly string[]
  skipped: boolean
}

/** The fragments inside of those that are being rendered: what the store has of them, and storing the others. */
export class InnerFragments {
  readonly #found = new Map<PlacedFragment, Rendered>()
  readonly #missing = new Set<PlacedFragment>()
  /** Taken before the bodies run: what is invalidated from then on is not served. */
  readonly #snapshots = new Map<Cache, TagSnapshot>()

  found(fragment: PlacedFragment): Rendered | undefined {
    return this.#found.get(fragment)
  }

  /** Reads fragments; those that are not there are to be rendered, and stored in the end. */
  async missingOf(wanted: readonly PlacedFragment[]): Promise<PlacedFragment[]> {
    const unknown = wanted.filter((fragment) => !this.#found.has(fragment))
    for (const members of groupByStore(unknown)) {
      const [{ cache, version }] = members as [PlacedFragment]
      const keys = members.map(({ key }) => key)
      const stored = await orNothing(cache.getMany(keys, version === undefined ? {} : { version }))
      for (const fragment of members) {
        const rendered = fromStored(stored?.get(fragment.key))
        if (rendered === undefined) this.#missing.add(fragment)
        else this.#found.set(fragment, rendered)
      }
      if (this.#snapshots.has(cache) || !members.some((fragment) => this.#missing.has(fragment))) continue
      const snapshot = await orNothing(cache.snapshotTags())
      if (snapshot !== undefined) this.#snapshots.set(cache, snapshot)
    }
    return unknown.filter((fragment) => this.#missing.has(fragment))
  }

  /** One write for all that are kept alike. */
  async store(rendered: ReadonlyMap<PlacedFragment, Rendered>): Promise<void> {
    const made = [...this.#missing].filter((fragment) => rendered.has(fragment))
    for (const members of groupByStore(made)) {
      const [{ cache, version }] = members as [PlacedFragment]
      const snapshot = this.#snapshots.get(cache)
      if (snapshot === undefined) continue
      const batches = new Map<string, { readonly keeping: Keeping; readonly pairs: [string, unknown][] }>()
      for (const fragment of members) {
        const one = rendered.get(fragment) as Rendered
        const keeping = keepingOf(fragment, one)
        const kind = JSON.stringify(keeping)
        const batch = batches.get(kind) ?? { keeping, pairs: [] }
        batches.set(kind, batch)
        batch.pairs.push([fragment.key, toStored(one)])
      }
      for (const { keeping, pairs } of batches.values()) {
        if (keeping.skipped) continue
        const { tags, timeout } = keeping
        const options = { snapshot, tags, ...(timeout !== undefined && { timeout }) }
        await orNothing(cache.setMany(pairs, version === undefined ? options : { ...options, version }))
      }
    }
  }
}

function keepingOf(fragment: PlacedFragment, rendered: Rendered): Keeping {
  const keeping: Keeping = { timeout: undefined, tags: [], skipped: false }
  const context = {
    timeout: (timeout: Timeout) => {
      keeping.timeout = timeout
    },
    tags: (tags: Iterable<string>) => {
      keeping.tags = [...tags]
    },
    skip: () => {
      keeping.skipped = true
    },
  }
  fragment.settle(context, rendered)
  return keeping
}

/** What a store answers, where it answers. */
async function orNothing<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isStoreFailure(error)) return undefined
    throw error
  }
}
