import type { Article } from "../corpus.js"
import type { Handler } from "../page.js"
import type { Site } from "../site.js"

const samePresidentShown = 4

/**
 * One address in full, with its neighbours and related ones. The text and the lists below it are cached as markup, and their
 * data is loaded only on a miss; the number of readers is never cached, so the page is not cached whole.
 */
export function articlePage(site: Site): Handler {
  const { corpus, queries, readership, stories, views } = site
  return async (visit) => {
    const { method, parameters, cache } = visit
    const article = corpus.article(parameters.slug ?? "")
    if (article === undefined) return undefined
    cache.skip("counts its readers")
    const reading = method === "GET" ? readership.count(article) : undefined
    const [reads, found] = await Promise.all([reading, stories.of([article])])
    return views.page(visit, "article", {
      story: found.get(article.slug),
      reads,
      body: () => queries.body(article),
      surroundings: () => surroundingsOf(site, article),
    })
  }
}

async function surroundingsOf({ corpus, queries, stories }: Site, article: Article) {
  const articles = corpus.articles()
  const place = articles.indexOf(article)
  const before = articles[place - 1]
  const after = articles[place + 1]
  const president = corpus.categoryOf(article, "president")
  const samePresident = nearest(president.articles, article.slug, samePresidentShown).map((slug) =>
    corpus.article(slug),
  )
  const alike = (await queries.related(article)).map((slug) => corpus.article(slug))
  const shown = [before, after, ...samePresident, ...alike]
  const found = await stories.of(shown.filter((other) => other !== undefined))
  const storyOf = (other: Article | undefined) => (other === undefined ? undefined : found.get(other.slug))
  return {
    before: storyOf(before),
    after: storyOf(after),
    samePresident: samePresident.map(storyOf),
    alike: alike.map(storyOf),
  }
}

/** Up to `limit` of the other slugs, those around this one, in their order. */
function nearest(slugs: readonly string[], slug: string, limit: number): readonly string[] {
  const place = slugs.indexOf(slug)
  const start = Math.max(0, Math.min(place - Math.floor(limit / 2), slugs.length - limit - 1))
  return slugs.slice(start, start + limit + 1).filter((other) => other !== slug)
}
