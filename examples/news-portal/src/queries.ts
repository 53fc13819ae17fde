import type { Cache } from "@larder/core"
import type { Caches } from "./caches.js"
import type { Article, Category, Corpus } from "./corpus.js"
import { type Corrections, correctionsTag } from "./corrections.js"
import { paragraphsOf, splitSalutation } from "./prose.js"
import { relatedArticles } from "./related.js"
import { parseQuery, type SearchResult, searchArticles } from "./search.js"
import { type DistinctiveTerm, distinctiveTerms, documentFrequencies, wordCounts } from "./statistics.js"

/** An article's text, ready to be set. */
export interface Body {
  readonly salutation: string
  readonly paragraphs: readonly string[]
}

/**
 * Queries of the corpus that are too expensive to run for each visitor. Every method is one `getOrSet`: the first visitor
 * waits for the result, and later ones read it. The texts never change, so most results do not either.
 */
export class Queries {
  readonly #corpus: Corpus
  readonly #texts: Cache
  readonly #searches: Cache
  readonly #corrections: Corrections

  constructor(corpus: Corpus, corrections: Corrections, caches: Caches) {
    this.#corpus = corpus
    this.#corrections = corrections
    this.#texts = caches.texts
    this.#searches = caches.searches
  }

  body(article: Article): Promise<Body> {
    return this.#texts.getOrSet(`body:${article.slug}`, () => {
      const { salutation, body } = splitSalutation(article.text)
      return { salutation, paragraphs: paragraphsOf(body) }
    })
  }

  /** How many articles use each term that more than one of them uses. */
  frequencies(): Promise<Map<string, number>> {
    return this.#texts.getOrSet("frequencies", () => documentFrequencies(this.#corpus.articles()))
  }

  /** How many words each article has, oldest first. */
  wordCounts(): Promise<number[]> {
    return this.#texts.getOrSet("word-counts", () => wordCounts(this.#corpus.articles()))
  }

  /** What sets the articles of a category apart from all others. */
  distinctiveTerms(category: Category): Promise<DistinctiveTerm[]> {
    return this.#texts.getOrSet(`terms:${category.kind}:${category.slug}`, () =>
      distinctiveTerms(this.#corpus.articles(), new Set(category.articles)),
    )
  }

  /** The slugs of the addresses by other presidents that are nearest in subject. */
  async related(article: Article): Promise<readonly string[]> {
    const related = await this.#texts.getOrSet("related", async () =>
      relatedArticles(this.#corpus.articles(), await this.frequencies()),
    )
    return related.get(article.slug) ?? []
  }

  /**
   * Searches for what a visitor typed. Equivalent queries share an entry. A corrected headline is found at once, and older
   * results are never shown again: publishing invalidates their tag.
   */
  search(query: string): Promise<SearchResult> {
    const terms = parseQuery(query)
    return this.#searches.getOrSet(
      `search:${terms.join(" ")}`,
      async () => {
        const articles = this.#corpus.articles()
        return searchArticles(articles, terms, await this.#corrections.of(articles))
      },
      { tags: [correctionsTag] },
    )
  }
}
