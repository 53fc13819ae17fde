import { describe, expect, it } from "vitest"
import { Corpus } from "./corpus.js"
import { parseQuery, searchArticles } from "./search.js"

const speech = (year: number, text: string) => ({ year, name: `President ${year}`, party: "none", text })
const corpus = new Corpus([
  speech(1901, "The canal is planned. Peace prevails in every quarter of the country and abroad."),
  speech(1902, "The Panama canal: canals, and the canal’s locks. Panama is far."),
  speech(1903, "There is war. The war goes on in Panama."),
  speech(1904, "Nothing of note; warranted all the same."),
])
const search = (query: string) => searchArticles(corpus.articles(), parseQuery(query))

describe("parseQuery", () => {
  it("folds case, accents and signs, and takes each word once", () => {
    expect(parseQuery("  Café, WAR! war — People’s (well-being)")).toEqual(["cafe", "war", "people's", "well-being"])
  })

  it("takes eight words at most", () => {
    expect(parseQuery("a b c d e f g h i j")).toHaveLength(8)
  })

  it("finds no words in signs", () => {
    expect(parseQuery("!!! …")).toEqual([])
  })
})

describe("searchArticles", () => {
  it("finds whole words, with their plural and possessive", async () => {
    const { hits } = await search("canal")
    expect(hits.map(({ slug, occurrences }) => [slug, occurrences])).toEqual([
      ["1902-president-1902", 3],
      ["1901-president-1901", 1],
    ])
    expect((await search("war")).total).toBe(1)
  })

  it("shows articles with all words only, where there are any", async () => {
    const { hits, complete, total } = await search("panama canal")
    expect({ complete, total }).toEqual({ complete: true, total: 1 })
    expect(hits[0]?.excerpt).toContainEqual({ text: "Panama canal", marked: true })
  })

  it("shows those with the most words where none has all", async () => {
    const { hits, complete } = await search("panama war xylophone")
    expect(complete).toBe(false)
    expect(hits.map(({ slug }) => slug)).toEqual(["1903-president-1903"])
  })

  it("finds a corrected headline", async () => {
    const other = new Corpus([speech(1905, "Of peace.")])
    const [article] = other.articles()
    if (article === undefined) throw new Error("The corpus is empty")
    const corrections = new Map([[article.slug, { headline: "Zeppelins", summary: "Everywhere." }]])
    expect((await searchArticles(other.articles(), ["zeppelin"], corrections)).total).toBe(1)
  })

  it("finds nothing for no words", async () => {
    expect(await search("…")).toEqual({ terms: [], total: 0, complete: true, hits: [] })
  })
})
