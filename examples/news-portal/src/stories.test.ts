import { inPage } from "@larder/fragments"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type Caches, openCaches } from "./caches.js"
import { type Article, Corpus } from "./corpus.js"
import { Corrections } from "./corrections.js"
import { Queries } from "./queries.js"
import { Stories } from "./stories.js"

const speech = (year: number, text: string) => ({ year, name: "Ada B Lovelace", party: "none", text })

describe("Stories", () => {
  let caches: Caches
  let corpus: Corpus
  let corrections: Corrections
  let stories: Stories

  beforeEach(async () => {
    caches = await openCaches()
    corpus = new Corpus([
      speech(1901, "Our engineers dig the great canal. The canal needs more money and more engineers."),
      speech(1902, "Our engineers have left the canal. The harbor is full of idle ships and of engineers."),
    ])
    corrections = new Corrections(caches)
    stories = new Stories(corpus, new Queries(corpus, corrections, caches), corrections, caches)
  })

  afterEach(() => caches.close())

  it("announces articles with what was found in their texts and where they belong", async () => {
    const found = await stories.of(corpus.articles())
    expect([...found.keys()]).toEqual(["1901-ada-b-lovelace", "1902-ada-b-lovelace"])
    expect(found.get("1901-ada-b-lovelace")).toEqual({
      slug: "1901-ada-b-lovelace",
      path: "/article/1901-ada-b-lovelace",
      year: 1901,
      headline: "Our engineers dig the great canal",
      summary: "The canal needs more money and more engineers.",
      words: 14,
      keywords: ["engineers", "canal"],
      corrected: false,
      president: { slug: "ada-b-lovelace", name: "Ada B. Lovelace", path: "/president/ada-b-lovelace" },
      party: { slug: "unaffiliated", name: "Unaffiliated", path: "/party/unaffiliated" },
      decade: { slug: "1900s", name: "1900s", path: "/decade/1900s" },
      era: { slug: "the-progressive-era", name: "The Progressive Era", path: "/era/the-progressive-era" },
    })
  })

  it("keeps what it found in the cache, and reads it from there", async () => {
    const [article] = await all()
    await caches.default.set(`card:${article.slug}`, { headline: "Kept", summary: "", words: 1, keywords: [] })
    expect((await stories.of([article])).get(article.slug)?.headline).toBe("Kept")
  })

  it("shows a correction at once, whatever is cached of before", async () => {
    const [article] = await all()
    await corrections.publish(article, { headline: "Corrected", summary: "In full." })
    expect((await stories.of([article])).get(article.slug)).toMatchObject({
      headline: "Corrected",
      summary: "In full.",
      corrected: true,
    })
  })

  it("tells what shows the articles that it depends on them", async () => {
    const page = { tags: vi.fn(), skip: vi.fn() }
    await inPage(page, () => stories.of(corpus.articles()))
    expect(page.tags).toHaveBeenCalledWith("article:1901-ada-b-lovelace", "article:1902-ada-b-lovelace")
  })

  it("has no stories of no articles", async () => {
    expect(await stories.of([])).toEqual(new Map())
  })

  /** All articles, after their stories were shown once. */
  async function all(): Promise<[Article, ...Article[]]> {
    const [first, ...others] = corpus.articles()
    if (first === undefined) throw new Error("The corpus is empty")
    await stories.of([first, ...others])
    return [first, ...others]
  }
})
