import type { Cache } from "@larder/core"
import type { Caches } from "./caches.js"
import type { Article, CategoryKind, Corpus } from "./corpus.js"
import { quotationOf, weighTerms } from "./headline.js"
import { measured } from "./production.js"
import { countWords } from "./prose.js"
import type { Queries } from "./queries.js"
import { countTerms } from "./terms.js"

/** What is found out by reading an article's text, and is kept in the cache. */
interface Card {
  readonly headline: string
  readonly summary: string
  readonly words: number
  /** What it is about, the most telling term first. */
  readonly keywords: readonly string[]
}

export interface CategoryLink {
  readonly slug: string
  readonly name: string
  readonly path: string
}

/** An article as lists and pages announce it. */
export interface Story extends Card, Readonly<Record<CategoryKind, CategoryLink>> {
  readonly slug: string
  readonly path: string
  readonly year: number
}

/** Announces articles: a whole list takes one read, and one write for those that were not there. */
export class Stories {
  readonly #corpus: Corpus
  readonly #queries: Queries
  readonly #cache: Cache

  constructor(corpus: Corpus, queries: Queries, caches: Caches) {
    this.#corpus = corpus
    this.#queries = queries
    this.#cache = caches.default
  }

  /** The stories of these articles, by slug. */
  async of(articles: readonly Article[]): Promise<ReadonlyMap<string, Story>> {
    const cards = await this.#cache.getMany<Card>(articles.map(cardKey))
    const missing = articles.filter((article) => !cards.has(cardKey(article)))
    if (missing.length > 0) {
      const written = await this.#write(missing)
      await this.#cache.setMany(written)
      for (const [key, card] of written) cards.set(key, card)
    }
    const stories = new Map<string, Story>()
    for (const article of articles) {
      const card = cards.get(cardKey(article))
      if (card !== undefined) stories.set(article.slug, this.#story(article, card))
    }
    return stories
  }

  /** Removes what is kept of an article. A revision that was corrected is never asked for again; this frees its room. */
  async forget(article: Article): Promise<void> {
    await this.#cache.delete(cardKey(article))
  }

  async #write(articles: readonly Article[]): Promise<Map<string, Card>> {
    const frequencies = await this.#queries.frequencies()
    const documents = this.#corpus.articles().length
    return new Map(
      articles.map((article) => {
        const key = cardKey(article)
        return [key, measured(this.#cache.alias, key, () => writeCard(article, frequencies, documents))]
      }),
    )
  }

  #story(article: Article, card: Card): Story {
    const link = (kind: CategoryKind): CategoryLink => {
      const { slug, name } = this.#corpus.categoryOf(article, kind)
      return { slug, name, path: `/${kind}/${slug}` }
    }
    const { slug, year } = article
    return {
      ...card,
      slug,
      path: `/article/${slug}`,
      year,
      president: link("president"),
      party: link("party"),
      decade: link("decade"),
      era: link("era"),
    }
  }
}

/**
 * With the revision in its key, a corrected article has no card until somebody asks for it: no entry of before can be
 * shown, not even one that a slow visitor stores after the correction, or one that a file kept over a restart.
 */
function cardKey({ slug, revision }: Article): string {
  return `card:${slug}:${revision}`
}

function writeCard({ text, correction }: Article, frequencies: ReadonlyMap<string, number>, documents: number): Card {
  const counts = countTerms(text)
  const weights = weighTerms(counts, frequencies, documents)
  const repeated = [...weights].filter(([term]) => (counts.get(term) ?? 0) > 1)
  const heaviest = repeated.sort((a, b) => b[1] - a[1]).slice(0, 6)
  return {
    ...(correction ?? quotationOf(text, weights)),
    words: countWords(text),
    keywords: heaviest.map(([term]) => term),
  }
}
