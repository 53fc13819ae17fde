import { PageCache, type PageCacheOptions } from "@larder/http"
import { cachePage, cacheSite, type HandlerWrapper } from "@larder/http/node"
import type { Caches } from "./caches.js"

/** Who keeps whole pages: the views that say so, the site for all its views, or nobody. */
export type PageKeeping = "views" | "site" | "nobody"

/** What `CACHE_SITE` says. Throws a `TypeError` for what is neither `1` nor `0`. */
export function pageKeepingOf(cacheSite: string | undefined): PageKeeping {
  if (cacheSite === undefined || cacheSite === "" || cacheSite === "0") return "views"
  if (cacheSite === "1") return "site"
  throw new TypeError(`CACHE_SITE is 1 for the whole site or 0; got ${JSON.stringify(cacheSite)}.`)
}

/**
 * What holds for all kept pages. Browsers are told to ask again, so that a page which a correction makes go is gone for
 * everybody. Past its time a page is still served for an hour, while a request in the background makes it anew. No page is
 * anybody's own, so views see no cookies.
 */
function common(caches: Caches) {
  return {
    cache: caches.pages,
    cookies: "strip",
    downstream: "revalidate",
    staleFor: "1h",
  } as const satisfies PageCacheOptions
}

/** The pages that are kept, whoever keeps them: all page caches over one cache hold the same. */
export function keptPages(caches: Caches): PageCache {
  return new PageCache(common(caches))
}

/**
 * For views: their pages are kept for five minutes, or until an article on them is corrected. Whatever else a query holds,
 * the views do not see it, and it makes no other page.
 */
export function keptView(caches: Caches): HandlerWrapper {
  return cachePage("5m", { ...common(caches), query: { only: ["page"] } })
}

/** For the whole site: every page is kept, unless it says otherwise. */
export function keptSite(caches: Caches): HandlerWrapper {
  return cacheSite({ ...common(caches), defaultTimeout: "5m" })
}
