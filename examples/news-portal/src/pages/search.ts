import type { Article } from "../corpus.js"
import { type Handler, htmlPage } from "../page.js"
import { paginate } from "../pagination.js"
import { longestQuery } from "../search.js"
import type { Site } from "../site.js"

const pageSize = 10

/** What the addresses say about the words of `?q=`. Without words it is an empty form. */
export function searchPage({ corpus, queries, stories, views }: Site): Handler {
  return async ({ url }) => {
    const query = (url.searchParams.get("q") ?? "").trim()
    if (query.length > longestQuery) {
      const problem = `Please search for at most ${longestQuery} characters; these were ${query.length}.`
      return htmlPage(await views.render("search", { query: query.slice(0, longestQuery), problem, longestQuery }), 400)
    }
    if (query === "") return htmlPage(await views.render("search", { query, longestQuery }))
    const result = await queries.search(query)
    const page = paginate(result.hits, url, pageSize)
    if (page === undefined) return undefined
    const articles = page.items.map(({ slug }) => corpus.article(slug)).filter((found): found is Article => !!found)
    const found = await stories.of(articles)
    return htmlPage(
      await views.render("search", {
        query,
        longestQuery,
        result,
        page,
        hits: page.items.map((hit) => ({ ...hit, story: found.get(hit.slug) })),
      }),
    )
  }
}
