import { type Cache, CacheError } from "@larder/core"
import type { PageCache } from "@larder/http"
import type { Caches } from "./caches.js"
import type { Article } from "./corpus.js"
import { keptPages } from "./kept-pages.js"

/** The headline and summary by an editor, which replace those found in the text. */
export interface Correction {
  readonly headline: string
  readonly summary: string
}

/** The tag of everything that shows the article. */
export function articleTag({ slug }: Pick<Article, "slug">): string {
  return `article:${slug}`
}

/** The tag of everything that may change with any correction. */
export const correctionsTag = "corrections"

/**
 * The corrections of editors, in place of a database: all processes that share a store share them. A producer that reads
 * them needs no key that depends on them, because publishing invalidates the tags of everything derived from them.
 */
export class Corrections {
  readonly #corrections: Cache
  /** Derived caches come after those that they are derived from. */
  readonly #dependent: readonly Cache[]
  readonly #pages: PageCache

  constructor(caches: Caches) {
    this.#corrections = caches.corrections
    this.#pages = keptPages(caches)
    this.#dependent = [caches.default, caches.searches, caches.fragments]
  }

  /** The corrections of these articles, by slug; none if the store is unavailable. */
  async of(articles: readonly Article[]): Promise<ReadonlyMap<string, Correction>> {
    try {
      return await this.#corrections.getMany<Correction>(articles.map(({ slug }) => slug))
    } catch (error) {
      if (CacheError.is(error)) return new Map()
      throw error
    }
  }

  /**
   * Runs `work` while holding the lock of this article, across all processes that share the store. Rejects if the store
   * fails.
   */
  async alone<Result>(article: Article, work: () => Promise<Result>): Promise<Result> {
    const held = await this.#corrections.lock(`editing:${article.slug}`)
    try {
      return await work()
    } finally {
      await held.release()
    }
  }

  /** Once it has resolved, every page of every process shows the correction. Rejects if the store fails. */
  async publish(article: Article, correction: Correction): Promise<void> {
    await this.#corrections.set(article.slug, correction)
    for (const cache of this.#dependent) await cache.invalidateTags([articleTag(article), correctionsTag])
    await this.#pages.purge({ tag: articleTag(article) })
  }
}
