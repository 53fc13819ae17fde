import type { Article } from "../corpus.js"
import { oneLine } from "../one-line.js"
import type { Handler } from "../page.js"
import { paginate } from "../pagination.js"
import { longestQuery } from "../search.js"
import type { Site } from "../site.js"

const pageSize = 10

/**
 * The addresses that contain the words of `?q=`; without words, an empty form. Visitors make up the URL of the page, so it is
 * not cached whole, which would evict pages that everybody reads. The result has a cache of its own.
 */
export function searchPage({ corpus, queries, stories, views }: Site): Handler {
  return async (visit) => {
    const { url, language, cache } = visit
    cache.skip("visitors make up its address")
    const query = oneLine(url.searchParams.get("q"))
    if (query.length > longestQuery) {
      const problem = language.text("Please search for at most {longest} characters; these were {length}.", {
        longest: longestQuery,
        length: query.length,
      })
      return views.page(visit, "search", { query: query.slice(0, longestQuery), problem }, 400)
    }
    if (query === "") return views.page(visit, "search", { query })
    const result = await queries.search(query)
    const page = paginate(result.hits, url, pageSize)
    if (page === undefined) return undefined
    const articles = page.items.map(({ slug }) => corpus.article(slug)).filter((found): found is Article => !!found)
    const found = await stories.of(articles)
    return views.page(visit, "search", {
      query,
      result,
      page,
      hits: page.items.map((hit) => ({ ...hit, story: found.get(hit.slug) })),
    })
  }
}
