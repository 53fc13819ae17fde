import { PageCache } from "@larder/http"
import type { Caches } from "./caches.js"

/** The front page, and those of categories: the same for everybody, and asked for most. */
const kept = /^\/(?:(?:president|party|decade|era)\/[\w-]+)?(?:\?|$)/

/**
 * The pages that are kept whole for five minutes. Browsers are told to ask again, so that a page which a correction
 * makes go is gone for everybody. An article is not among them: it counts its readers.
 */
export function keptPages(caches: Caches): PageCache {
  return new PageCache({
    cache: caches.pages,
    timeout: "5m",
    downstream: "revalidate",
    condition: ({ target }) => kept.test(target),
  })
}
