import { type Cache, CacheError } from "@larder/core"
import type { PageCache } from "@larder/http"
import type { Caches } from "./caches.js"
import type { Article } from "./corpus.js"
import { keptPages } from "./kept-pages.js"

/** What an editor has put in place of the headline and summary that were found in the text. */
export interface Correction {
  readonly headline: string
  readonly summary: string
}

/** Whatever shows an article has this tag. */
export function articleTag({ slug }: Pick<Article, "slug">): string {
  return `article:${slug}`
}

/** Whatever may change with any correction has this one. */
export const correctionsTag = "corrections"

/**
 * The corrections of editors, in the place of a database: all processes that share a store share them. Who reads them
 * inside a producer needs no key that changes with them: publishing invalidates the tags of whatever was made of them.
 */
export class Corrections {
  readonly #corrections: Cache
  /** What is made of others comes after them. */
  readonly #dependent: readonly Cache[]
  readonly #pages: PageCache

  constructor(caches: Caches) {
    this.#corrections = caches.corrections
    this.#pages = keptPages(caches)
    this.#dependent = [caches.default, caches.searches, caches.fragments]
  }

  /** The corrections of these articles, by slug; none when the store cannot be reached. */
  async of(articles: readonly Article[]): Promise<ReadonlyMap<string, Correction>> {
    try {
      return await this.#corrections.getMany<Correction>(articles.map(({ slug }) => slug))
    } catch (error) {
      if (CacheError.is(error)) return new Map()
      throw error
    }
  }

  /**
   * Runs `work` while no other editor, in any process that shares the store, changes this article. Rejects when the store
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

  /** Once this has resolved, every page of every process shows the correction. Rejects when the store fails. */
  async publish(article: Article, correction: Correction): Promise<void> {
    await this.#corrections.set(article.slug, correction)
    for (const cache of this.#dependent) await cache.invalidateTags([articleTag(article), correctionsTag])
    await this.#pages.purge({ tag: articleTag(article) })
  }
}
