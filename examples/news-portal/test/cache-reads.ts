/** What the toolbar counted on a page: the keys that the request read from the caches. */
export interface CacheReads {
  readonly hits: number
  readonly misses: number
}

/** Headers of a navigation in a browser, which gets the toolbar. */
export const navigation: Readonly<Record<string, string>> = { accept: "text/html" }

/** Throws if the page has no toolbar. */
export function cacheReadsOn(page: string): CacheReads {
  const [, hits, misses] = />(\d+) hits?<.*?>(\d+) miss(?:es)?</s.exec(page) ?? []
  if (hits === undefined || misses === undefined) throw new Error(`There is no toolbar on ${page.slice(-200)}`)
  return { hits: Number(hits), misses: Number(misses) }
}
