import { type Cache, CacheError } from "@larder/core"
import type { Caches } from "./caches.js"
import type { Article, Corpus } from "./corpus.js"

export interface ReadCount {
  readonly slug: string
  readonly reads: number
}

/** Counts how often articles are read. The counters are stored nowhere else, so they never expire. */
export class Readership {
  readonly #corpus: Corpus
  readonly #counters: Cache
  readonly #cache: Cache

  constructor(corpus: Corpus, caches: Caches) {
    this.#corpus = corpus
    this.#counters = caches.counters
    this.#cache = caches.default
  }

  /**
   * Counts a reader and returns the total; `undefined` if the store is unavailable, since the article is still readable
   * without its counter. `add` and `incr` are atomic: no reader is lost between two processes.
   */
  async count(article: Article): Promise<number | undefined> {
    const key = counterKey(article)
    try {
      await this.#counters.add(key, 0, null)
      return await this.#counters.incr(key)
    } catch (error) {
      if (CacheError.is(error)) return undefined
      throw error
    }
  }

  /** The articles with the most readers. All counters are read in one call, and the result may be some seconds old. */
  mostRead(limit: number): Promise<ReadCount[]> {
    return this.#cache.getOrSet(
      `most-read:${limit}`,
      async () => {
        const articles = this.#corpus.articles()
        const counts = await this.#counters.getMany<number>(articles.map(counterKey))
        return articles
          .map((article) => ({ slug: article.slug, reads: counts.get(counterKey(article)) ?? 0 }))
          .filter(({ reads }) => reads > 0)
          .sort((a, b) => b.reads - a.reads)
          .slice(0, limit)
      },
      "10s",
    )
  }
}

function counterKey(article: Article): string {
  return `reads:${article.slug}`
}
