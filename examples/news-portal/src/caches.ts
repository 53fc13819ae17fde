import { type Backend, createCaches, hashedKeyFunction, type Caches as LarderCaches } from "@larder/core"
import { backendFromUrl } from "@larder/core/url"
import { LocmemBackend } from "@larder/locmem"
import { TieredBackend } from "@larder/tiered"

const millisecondsPerDay = 86_400_000

/** The caches of the site. */
export type Caches = LarderCaches<"default" | "texts" | "fragments" | "pages" | "searches" | "counters" | "corrections">

/**
 * Opens the site's caches: in this process' memory, or all in the store that a URL names, such as `file:./cache`.
 * Rejects when there is no such backend, or when its store does not answer.
 */
export async function openCaches(url?: string): Promise<Caches> {
  const store = url === undefined ? undefined : await backendFromUrl(url, { from: import.meta.dirname })
  if (store !== undefined && hasTable(store)) await store.createTable()
  const caches = createCaches({
    default: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 5_000 }),
      keyPrefix: "news",
      timeout: "1d",
      version: 1,
    },
    // What the texts hold never changes, so this process may read it from its memory, also while the store is down. Raise
    // `version` when the code that computes it does.
    texts: {
      backend: () => {
        const near = new LocmemBackend({ maxEntries: 1_000 })
        return store === undefined ? near : new TieredBackend<unknown>(near, store, { nearTtl: millisecondsPerDay })
      },
      keyPrefix: "news-texts",
      timeout: "1d",
      version: 1,
    },
    // Parts of pages as markup. Raise `version` when the templates change.
    fragments: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 2_000 }),
      keyPrefix: "news-fragments",
      timeout: "1d",
      version: 2,
    },
    // Whole pages; here, too.
    pages: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 500 }),
      keyPrefix: "news-pages",
      timeout: "5m",
      version: 2,
    },
    // Visitors make up these keys: hashed, they are short and hold no spaces, and in a store of their own they push
    // nothing else out.
    searches: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 500 }),
      keyPrefix: "news-searches",
      keyFunction: hashedKeyFunction,
      timeout: "10m",
    },
    // Nothing can compute a counter again, so nothing may push one out: there is one an article.
    counters: {
      backend: () => store ?? new LocmemBackend({ maxEntries: 5_000 }),
      keyPrefix: "news-counters",
      timeout: null,
    },
    // Nor what editors wrote. They have to be told when it could not be kept, so here a failing store is an error.
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

/** A store that keeps its entries in a table of a database. One that is there stays as it is. */
function hasTable(store: Backend<unknown>): store is Backend<unknown> & { createTable(): Promise<unknown> } {
  return "createTable" in store
}
