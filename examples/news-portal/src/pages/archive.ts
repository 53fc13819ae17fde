import type { Category, CategoryKind, Corpus } from "../corpus.js"
import type { Handler } from "../page.js"
import type { Site } from "../site.js"

/** Every category there is: the way to every address. */
export function archivePage({ corpus, views }: Site): Handler {
  return async (visit) => {
    const list = (kind: CategoryKind) => corpus.categories(kind).map((category) => entryOf(corpus, category))
    return views.page(visit, "archive", {
      presidents: list("president"),
      parties: list("party"),
      decades: list("decade"),
      eras: list("era"),
      total: corpus.articles().length,
    })
  }
}

function entryOf(corpus: Corpus, { kind, slug, name, articles }: Category) {
  const yearOf = (article: string | undefined) => corpus.article(article ?? "")?.year
  const from = yearOf(articles[0])
  const until = yearOf(articles.at(-1))
  return {
    path: `/${kind}/${slug}`,
    name,
    total: articles.length,
    years: from === until ? `${from}` : `${from}–${until}`,
  }
}
