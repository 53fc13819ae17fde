import { type Backend, createCaches, hashedKeyFunction, type Caches as LarderCaches } from "@larder/core"
import { backendFromUrl } from "@larder/core/url"
import { LocmemBackend } from "@larder/locmem"
import { TieredBackend } from "@larder/tiered"

const millisecondsPerDay = 86_400_000

/** The caches of the site. */
export type Caches = LarderCaches<"default" | "texts" | "fragments" | "pages" | "searches" | "counters" | "corrections">

/**
 * Opens the site's caches: in the memory of this process, or all in the store at a URL, such as `file:./cache`. Rejects if
 * there is no such backend, or if its store does not respond.
 */
export async function openCaches(url?: string): Promise<Caches> {
  const store = url === undefined ? undefined : await backendFromUrl(url, { from: import.meta.dirname })
  if (store !== undefined && hasTable(store)) await store.createTable()
  const caches = createCaches({
    default: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 5_000 }),
      keyPrefix: "news",
      timeout: "1d",
      version: 2,
    },
    // Data derived from the texts never changes, so it is also kept in the memory of this process, which serves it even
    // while the store is down. Raise `version` when the code that computes it changes.
    texts: {
      backend: () => {
        const near = new LocmemBackend({ maxEntries: 1_000 })
        return store === undefined ? near : new TieredBackend<unknown>(near, store, { nearTtl: millisecondsPerDay })
      },
      keyPrefix: "news-texts",
      timeout: "1d",
      version: 2,
    },
    // Parts of pages as markup. Raise `version` when the templates change.
    fragments: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 2_000 }),
      keyPrefix: "news-fragments",
      timeout: "1d",
      version: 3,
    },
    // Whole pages; here, too.
    pages: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 500 }),
      keyPrefix: "news-pages",
      timeout: "5m",
      version: 3,
    },
    // Visitors make up these keys: hashed, they are short and contain no spaces. In a store of their own, they evict
    // nothing else.
    searches: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 500 }),
      keyPrefix: "news-searches",
      keyFunction: hashedKeyFunction,
      timeout: "10m",
    },
    // A counter cannot be recomputed, so it must not be evicted: there is one per article.
    counters: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 5_000 }),
      keyPrefix: "news-counters",
      timeout: null,
    },
    // Nor can what editors wrote. They must be told if it could not be stored, so here a failing store is an error.
    corrections: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 5_000 }),
      keyPrefix: "news-corrections",
      timeout: null,
      onError: "throw",
    },
  })
  await caches.default.ping()
  return caches
}

/** A store in a table of a database. Creating an existing table changes nothing. */
function hasTable(store: Backend<unknown>): store is Backend<unknown> & { createTable(): Promise<unknown> } {
  return "createTable" in store
}
