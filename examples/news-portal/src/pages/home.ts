import type { Article, Category } from "../corpus.js"
import { lengthChart } from "../length-chart.js"
import type { Handler } from "../page.js"
import type { Site } from "../site.js"

const latestShown = 6
const mostReadShown = 6
const millisecondsPerDay = 86_400_000

/** The front page: the newest address, the ones before it, one of each era that changes every day, and the most read. */
export function homePage({ corpus, queries, readership, stories, views }: Site): Handler {
  return async (visit) => {
    const today = new Date()
    const articles = corpus.articles()
    const [lead, ...latest] = articles.toReversed().slice(0, latestShown + 1)
    const eras = corpus.categories("era").map((era) => ({ era, article: corpus.article(pickOf(today, era)) }))
    // One after the other: concurrently, on one thread, they would not end sooner, and the cost of each would include the other.
    const wordCounts = await queries.wordCounts()
    const mostRead = await readership.mostRead(mostReadShown)
    const body = lead && (await queries.body(lead))
    const counted = mostRead.map(({ slug, reads }) => ({ reads, article: corpus.article(slug) }))
    const shown = [lead, ...latest, ...eras.map(({ article }) => article), ...counted.map(({ article }) => article)]
    const found = await stories.of(shown.filter((article): article is Article => article !== undefined))
    const storyOf = (article: Article | undefined) => (article === undefined ? undefined : found.get(article.slug))
    return views.page(visit, "home", {
      today,
      lead: storyOf(lead),
      // The first paragraph greets everybody present.
      opening: body?.paragraphs.slice(1, 3),
      latest: latest.map(storyOf),
      mostRead: counted.map(({ reads, article }) => ({ reads, story: storyOf(article) })),
      eras: eras.map(({ era, article }) => ({ name: era.name, path: `/era/${era.slug}`, story: storyOf(article) })),
      parties: corpus.categories("party").map(({ name, slug }) => ({ slug, name, path: `/party/${slug}` })),
      chart: lengthChart(articles, wordCounts),
      total: articles.length,
    })
  }
}

function pickOf(today: Date, { articles }: Category): string {
  const day = Math.floor(today.getTime() / millisecondsPerDay)
  return articles[day % articles.length] ?? ""
}
