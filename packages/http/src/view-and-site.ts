import type { Timeout } from "@larder/core"
import { PageCache } from "./page-cache.js"
import type { PageCacheOptions } from "./page-options.js"

/** The page cache of one view: its timeout overrides the freshness of responses. */
export function viewCache(timeout: Timeout, options: Omit<PageCacheOptions, "timeout">): PageCache {
  return new PageCache({ downstream: "django", ...options, timeout })
}

/** The page cache of a whole site: pages state their freshness, and unsafe requests invalidate those of their URL. */
export function siteCache(options: PageCacheOptions): PageCache {
  return new PageCache({ invalidate: true, ...options })
}
