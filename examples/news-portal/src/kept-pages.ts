import { PageCache, type PageCacheOptions } from "@larder/http"
import { cachePage, cacheSite, type HandlerWrapper } from "@larder/http/node"
import type { Caches } from "./caches.js"

/** What caches whole pages: single views, the site for all its views, or nothing. */
export type PageKeeping = "views" | "site" | "nobody"

/** The value of `CACHE_SITE`. Throws a `TypeError` if it is neither `1` nor `0`. */
export function pageKeepingOf(cacheSite: string | undefined): PageKeeping {
  if (cacheSite === undefined || cacheSite === "" || cacheSite === "0") return "views"
  if (cacheSite === "1") return "site"
  throw new TypeError(`CACHE_SITE is 1 for the whole site or 0; got ${JSON.stringify(cacheSite)}.`)
}

/**
 * The options of all cached pages. Browsers must revalidate, so that nobody sees a page after a correction has invalidated
 * it. An expired page is still served for an hour while it is rendered again in the background. No page is personal, so
 * views do not see cookies.
 */
function common(caches: Caches) {
  return {
    cache: caches.pages,
    cookies: "strip",
    downstream: "revalidate",
    staleFor: "1h",
  } as const satisfies PageCacheOptions
}

/** The cached pages, whichever page cache stored them: all page caches on one cache share their entries. */
export function keptPages(caches: Caches): PageCache {
  return new PageCache(common(caches))
}

/**
 * Wraps views: caches their pages for five minutes, or until an article on them is corrected. Views see no query
 * parameter but `page`, so others do not create further pages.
 */
export function keptView(caches: Caches): HandlerWrapper {
  return cachePage("5m", { ...common(caches), query: { only: ["page"] } })
}

/** Wraps the whole site: caches every page, unless it opts out. */
export function keptSite(caches: Caches): HandlerWrapper {
  return cacheSite({ ...common(caches), defaultTimeout: "5m" })
}
