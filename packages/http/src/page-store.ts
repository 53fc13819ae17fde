import { randomBytes } from "node:crypto"
import type { Cache, Milliseconds, TagSnapshot } from "@larder/core"
import {
  encodeIndex,
  encodePage,
  isPage,
  type PageRecord,
  type StoredPage,
  type VariantIndex,
} from "./engine/stored-page.js"
import { findVariant, placeVariant, type VaryValues, variesWith } from "./engine/variants.js"
import { Flights } from "./flights.js"
import { RecentMap } from "./recent-map.js"
import { RecordBytes } from "./record-bytes.js"
import type { RecordForm } from "./record-form.js"
import { RecordTexts } from "./record-texts.js"
import { TimeMarks } from "./time-marks.js"

/** The result of a read at a page's key for one request. */
export interface PageFinding {
  readonly page?: StoredPage | undefined
  /** The known request headers that the page's variants depend on. */
  readonly names: readonly string[]
  /** True if the page exists, but not in the requested variant. */
  readonly otherVariant: boolean
  /** True if the store failed. */
  readonly failed: boolean
}

/** The arguments of a write besides the page. */
export interface PageWrite {
  readonly values: VaryValues
  readonly keepFor: Milliseconds
  /** The page's tags besides those in its head. */
  readonly placeTags: readonly string[]
  /** The snapshot of all its tags from before the handler ran. */
  readonly snapshot: TagSnapshot
  /** The maximum numbers of variants and of request headers that select one. */
  readonly variants: number
  readonly varyHeaders: number
}

/** Which pages to remove. */
export interface PageRemoval {
  /** Tags of URLs and prefixes, known before the handler runs. */
  readonly placeTags: readonly string[]
  /** Tags of options, handlers and responses. */
  readonly tags: readonly string[]
  /** The keys of pages to delete, to free their memory. */
  readonly pageKeys: readonly string[]
}

const mostRemembered = 10_000
const uncacheableFor: Milliseconds = 10_000
/** So that `undefined` means that only `get` can answer. */
const orNull = { default: null }
const noAnswer: PageFinding = { names: [], otherVariant: false, failed: true }

/**
 * The pages in one cache: one entry for a page without variants, else an index at the page's key and an entry per variant.
 * Shared by all page caches over the same cache, with what this process knows about its pages.
 */
export class PageStore {
  readonly flights: Flights = new Flights()
  /** Pages that recently turned out not to be storable: requests for them are not collapsed. */
  readonly uncacheable: TimeMarks = new TimeMarks(uncacheableFor, mostRemembered)
  /** Pages whose refresh recently failed. */
  readonly failing: TimeMarks = new TimeMarks(uncacheableFor, mostRemembered)
  readonly #cache: Cache
  /** Last seen indexes, to guess a variant's key and read index and variant in one round trip. */
  readonly #seen = new RecentMap<VariantIndex>(mostRemembered)
  readonly #records: RecordForm
  readonly #writes = new Map<string, Promise<void>>()
  readonly #removals = new Set<Promise<void>>()

  constructor(cache: Cache) {
    this.#cache = cache.withLayer("page")
    // A backend with its own codec keeps values in this process.
    this.#records = cache.backend.codec === undefined ? new RecordBytes() : new RecordTexts()
  }

  /** Like `find`, but synchronous; `undefined` if the store cannot answer synchronously. Never throws. */
  findNow(pageKey: string, values: VaryValues): PageFinding | undefined {
    if (this.#removals.size > 0) return undefined
    try {
      const base = this.#cache.getSync(pageKey, orNull)
      if (base === undefined) return undefined
      const record = this.#records.read(pageKey, base)
      if (record === undefined || isPage(record)) return foundPage(record, values)
      const place = findVariant(pageKey, record, values)
      return foundVariant(record, place && this.#records.read(place.key, this.#cache.getSync(place.key)), values)
    } catch {
      return noAnswer
    }
  }

  /** The page at a key, in the variant for these values. Never rejects: a failure is a miss. */
  async find(pageKey: string, values: VaryValues): Promise<PageFinding> {
    try {
      if (this.#removals.size > 0) await Promise.all(this.#removals)
      return await this.#find(pageKey, values)
    } catch {
      return noAnswer
    }
  }

  /**
   * Stores a page in the variant of its `vary`. Writes to one key are serialized, so that concurrent variants end up in one
   * index. Rejects if the store does.
   */
  write(pageKey: string, page: StoredPage, details: PageWrite): Promise<void> {
    return this.#inLine(pageKey, () => this.#write(pageKey, page, details))
  }

  /** Removes the page at a key in all variants. Never rejects: if the store fails, the page stays. */
  forget(pageKey: string): Promise<void> {
    return this.#inLine(pageKey, () => this.#drop(pageKey)).catch(() => {})
  }

  /** Resolves when the pending writes have settled. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#writes.values())
  }

  /** The current snapshot of these tags; `undefined` if the store fails: a page rendered then cannot be stored. */
  async snapshot(tags: readonly string[]): Promise<TagSnapshot | undefined> {
    try {
      return await this.#cache.snapshotTags(tags)
    } catch {
      return undefined
    }
  }

  /**
   * Removes the pages with any of these tags, and deletes those at these keys. Lookups wait for it, and handlers that are
   * already running cannot bring a page back. Rejects if the store does.
   */
  async remove(what: PageRemoval): Promise<void> {
    const removal = this.#remove(what)
    const settled = removal.catch(() => {})
    this.#removals.add(settled)
    try {
      await removal
    } finally {
      this.#removals.delete(settled)
    }
  }

  async #inLine(pageKey: string, work: () => Promise<void>): Promise<void> {
    const before = this.#writes.get(pageKey)
    const write = (before ?? Promise.resolve()).catch(() => {}).then(work)
    this.#writes.set(pageKey, write)
    try {
      await write
    } finally {
      if (this.#writes.get(pageKey) === write) this.#writes.delete(pageKey)
    }
  }

  async #find(pageKey: string, values: VaryValues): Promise<PageFinding> {
    const seen = this.#seen.get(pageKey)
    const guess = seen === undefined ? undefined : findVariant(pageKey, seen, values)?.key
    let guessed: unknown
    let base: unknown
    if (guess === undefined) {
      base = await this.#cache.get(pageKey)
    } else {
      const found = await this.#cache.getMany([pageKey, guess])
      base = found.get(pageKey)
      guessed = found.get(guess)
    }
    const record = this.#records.read(pageKey, base)
    if (record === undefined || isPage(record)) {
      if (seen !== undefined) this.#seen.delete(pageKey)
      return foundPage(record, values)
    }
    this.#seen.set(pageKey, record)
    const place = findVariant(pageKey, record, values)
    const bytes = place === undefined ? undefined : place.key === guess ? guessed : await this.#cache.get(place.key)
    return foundVariant(record, place && this.#records.read(place.key, bytes), values)
  }

  async #write(pageKey: string, page: StoredPage, details: PageWrite): Promise<void> {
    const { values, keepFor, placeTags, snapshot } = details
    const options = { timeout: keepFor / 1_000, tags: [...placeTags, ...page.head.tags], snapshot }
    const names = page.head.vary.map(([name]) => name)
    const record = this.#records.read(pageKey, await this.#cache.get(pageKey))
    const known = record === undefined || isPage(record) ? undefined : record
    if (known === undefined && names.length === 0) {
      this.#seen.delete(pageKey)
      return this.#cache.set(pageKey, this.#records.toStored(encodePage(page)), options)
    }
    const index = known === undefined ? newIndex(names) : withNames(known, names, details.varyHeaders)
    const placed = placeVariant(pageKey, index, values, details.variants)
    const now = Date.now()
    const keptUntil = Math.max(placed.index.keptUntil, now + keepFor)
    const vary = index.names.map((name) => [name, values(name)] as const)
    const variant = encodePage({ head: { ...page.head, vary }, body: page.body })
    // The variant first: it cannot be found before the index refers to it.
    await this.#cache.set(placed.place.key, this.#records.toStored(variant), options)
    const written: VariantIndex = { ...placed.index, keptUntil }
    if (known === undefined || placed.index !== known || keptUntil > known.keptUntil) {
      await this.#cache.set(pageKey, this.#records.toStored(encodeIndex(written)), {
        timeout: (keptUntil - now) / 1_000,
      })
    }
    this.#seen.set(pageKey, written)
  }

  async #drop(pageKey: string): Promise<void> {
    this.#seen.delete(pageKey)
    await this.#cache.delete(pageKey)
  }

  async #remove({ placeTags, tags, pageKeys }: PageRemoval): Promise<void> {
    const leave = (): void => this.flights.leave(tags.length > 0 ? "all" : placeTags)
    leave()
    try {
      await this.#cache.invalidateTags([...placeTags, ...tags])
      for (const pageKey of pageKeys) {
        this.uncacheable.delete(pageKey)
        await this.#drop(pageKey)
      }
    } finally {
      leave()
    }
  }
}

const stores = new WeakMap<Cache, PageStore>()

/** The page store of a cache; always the same one. */
export function pageStoreOf(cache: Cache): PageStore {
  let store = stores.get(cache)
  if (store === undefined) {
    store = new PageStore(cache)
    stores.set(cache, store)
  }
  return store
}

/** For a page without variants, or no page. */
function foundPage(record: StoredPage | undefined, values: VaryValues): PageFinding {
  const page = matching(record, values)
  return { page, names: [], otherVariant: record !== undefined && page === undefined, failed: false }
}

function foundVariant({ names }: VariantIndex, record: PageRecord | undefined, values: VaryValues): PageFinding {
  const page = matching(record, values)
  return { page, names, otherVariant: page === undefined, failed: false }
}

function matching(record: PageRecord | undefined, values: VaryValues): StoredPage | undefined {
  return record !== undefined && isPage(record) && variesWith(record.head, values) ? record : undefined
}

function newIndex(names: readonly string[]): VariantIndex {
  return { generation: randomBytes(12).toString("base64url"), names, slots: [], newest: -1, keptUntil: 0 }
}

/**
 * The index for the names it has and these. Each new name makes a new generation: its variants do not say what their
 * requests had of that header. Too many names together, and only the new ones count.
 */
function withNames(index: VariantIndex, names: readonly string[], most: number): VariantIndex {
  const added = names.filter((name) => !index.names.includes(name))
  if (added.length === 0) return index
  const union = [...index.names, ...added].sort()
  return newIndex(union.length > most ? names : union)
}
