import type { Article, CategoryKind } from "../corpus.js"
import type { Handler } from "../page.js"
import { paginate } from "../pagination.js"
import type { Site } from "../site.js"

const pageSize = 12

/** The addresses of one president, party, decade or era, newest first, and the words that set them apart. */
export function categoryPage({ corpus, queries, stories, views }: Site, kind: CategoryKind): Handler {
  return async (visit) => {
    const { url, parameters } = visit
    const category = corpus.category(kind, parameters.slug ?? "")
    if (category === undefined) return undefined
    const articles = category.articles.map((slug) => corpus.article(slug)).filter((found): found is Article => !!found)
    const page = paginate(articles.toReversed(), url, pageSize)
    if (page === undefined) return undefined
    const terms = await queries.distinctiveTerms(category)
    const found = await stories.of(page.items)
    return views.page(visit, "category", {
      kind,
      name: category.name,
      total: articles.length,
      from: articles[0]?.year,
      until: articles.at(-1)?.year,
      terms,
      stories: page.items.map(({ slug }) => found.get(slug)),
      page,
    })
  }
}
