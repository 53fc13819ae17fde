import type { Handler } from "../page.js"
import type { Site } from "../site.js"

/** What the site caches and how, with a place to see each of it. */
export function cachingPage({ corpus, stories, views }: Site): Handler {
  return async (visit) => {
    const latest = corpus.articles().at(-1)
    const found = await stories.of(latest === undefined ? [] : [latest])
    return views.page(visit, "caching", { story: latest && found.get(latest.slug) })
  }
}
