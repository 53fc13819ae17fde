import type { Article } from "../corpus.js"
import { type Handler, htmlPage } from "../page.js"
import type { Site } from "../site.js"

const samePresidentShown = 4

/** One address in full, with what comes before and after it and what is like it. */
export function articlePage({ corpus, queries, readership, stories, views }: Site): Handler {
  return async ({ method, parameters }) => {
    const article = corpus.article(parameters.slug ?? "")
    if (article === undefined) return undefined
    const reading = method === "GET" ? readership.count(article) : undefined
    const [reads, body, related] = await Promise.all([reading, queries.body(article), queries.related(article)])
    const articles = corpus.articles()
    const place = articles.indexOf(article)
    const president = corpus.categoryOf(article, "president")
    const before = articles[place - 1]
    const after = articles[place + 1]
    const samePresident = nearest(president.articles, article.slug, samePresidentShown).map((slug) =>
      corpus.article(slug),
    )
    const alike = related.map((slug) => corpus.article(slug))
    const shown = [article, before, after, ...samePresident, ...alike]
    const found = await stories.of(shown.filter((other): other is Article => other !== undefined))
    const storyOf = (other: Article | undefined) => (other === undefined ? undefined : found.get(other.slug))
    return htmlPage(
      await views.render("article", {
        story: storyOf(article),
        body,
        reads,
        corrected: article.correction !== undefined,
        before: storyOf(before),
        after: storyOf(after),
        samePresident: samePresident.map(storyOf),
        alike: alike.map(storyOf),
      }),
    )
  }
}

/** Up to `limit` of the other slugs, those around this one, in their order. */
function nearest(slugs: readonly string[], slug: string, limit: number): readonly string[] {
  const place = slugs.indexOf(slug)
  const start = Math.max(0, Math.min(place - Math.floor(limit / 2), slugs.length - limit - 1))
  return slugs.slice(start, start + limit + 1).filter((other) => other !== slug)
}
