import type { Handler } from "../page.js"
import type { Site } from "../site.js"

/** How the site is cached, with a page to try each technique. */
export function cachingPage({ corpus, stories, views }: Site): Handler {
  return async (visit) => {
    const latest = corpus.articles().at(-1)
    const found = await stories.of(latest === undefined ? [] : [latest])
    return views.page(visit, "caching", { story: latest && found.get(latest.slug) })
  }
}
