import type { Cache, ManyProducerContext } from "@larder/core"
import { tagEnclosing } from "@larder/fragments"
import type { Caches } from "./caches.js"
import type { Article, CategoryKind, Corpus } from "./corpus.js"
import { articleTag, type Correction, type Corrections } from "./corrections.js"
import { quotationOf, weighTerms } from "./headline.js"
import { countWords } from "./prose.js"
import type { Queries } from "./queries.js"
import { spellTerms } from "./spelling.js"
import { countTerms } from "./terms.js"

/** What is computed from an article's text, and cached. */
interface Card {
  readonly headline: string
  readonly summary: string
  readonly words: number
  /** Its subjects as it spells them, the most specific term first. */
  readonly keywords: readonly string[]
  /** Whether an editor wrote the headline. */
  readonly corrected: boolean
}

export interface CategoryLink {
  readonly slug: string
  readonly name: string
  readonly path: string
}

/** An article as lists and pages show it. */
export interface Story extends Card, Readonly<Record<CategoryKind, CategoryLink>> {
  readonly slug: string
  readonly path: string
  readonly year: number
}

/** Computes stories: a whole list takes one read, and one write for those that were missing. */
export class Stories {
  readonly #corpus: Corpus
  readonly #queries: Queries
  readonly #corrections: Corrections
  readonly #cache: Cache

  constructor(corpus: Corpus, queries: Queries, corrections: Corrections, caches: Caches) {
    this.#corpus = corpus
    this.#queries = queries
    this.#corrections = corrections
    this.#cache = caches.default
  }

  /** The stories of these articles, by slug. The enclosing fragment or page gets their tags. */
  async of(articles: readonly Article[]): Promise<ReadonlyMap<string, Story>> {
    tagEnclosing(...articles.map(articleTag))
    const byKey = new Map(articles.map((article) => [cardKey(article), article]))
    const cards = await this.#cache.getOrSetMany(
      byKey.keys(),
      (missing, context) => this.#write(byKey, missing, context),
      { tags: [] },
    )
    const stories = new Map<string, Story>()
    for (const [key, card] of cards) {
      const article = byKey.get(key)
      if (article !== undefined) stories.set(article.slug, this.#story(article, card))
    }
    return stories
  }

  async #write(
    byKey: ReadonlyMap<string, Article>,
    missing: readonly string[],
    context: ManyProducerContext,
  ): Promise<Map<string, Card>> {
    const articles = missing.map((key) => byKey.get(key)).filter((article) => article !== undefined)
    const corrections = await this.#corrections.of(articles)
    const frequencies = await this.#queries.frequencies()
    const documents = this.#corpus.articles().length
    return new Map(
      articles.map((article) => {
        const key = cardKey(article)
        context.tags(key, [articleTag(article)])
        const correction = corrections.get(article.slug)
        return [key, writeCard(article, correction, frequencies, documents)]
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

function cardKey({ slug }: Article): string {
  return `card:${slug}`
}

function writeCard(
  { text }: Article,
  correction: Correction | undefined,
  frequencies: ReadonlyMap<string, number>,
  documents: number,
): Card {
  const counts = countTerms(text)
  const weights = weighTerms(counts, frequencies, documents)
  const repeated = [...weights].filter(([term]) => (counts.get(term) ?? 0) > 1)
  const heaviest = repeated.sort((a, b) => b[1] - a[1]).slice(0, 6)
  return {
    ...(correction ?? quotationOf(text, weights)),
    words: countWords(text),
    keywords: spellTerms(
      heaviest.map(([term]) => term),
      [text],
    ),
    corrected: correction !== undefined,
  }
}
