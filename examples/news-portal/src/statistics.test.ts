import { describe, expect, it } from "vitest"
import { Corpus } from "./corpus.js"
import { distinctiveTerms, documentFrequencies, wordCounts } from "./statistics.js"

const speech = (year: number, text: string) => ({ year, name: `President ${year}`, party: "none", text })
const articles = new Corpus([
  speech(1901, "The canal, canal, Canal, canal, canal, harbor."),
  speech(1902, "Canal canal canal harbor harbor."),
  speech(1903, "Railroad railroad harbor harbor harbor harbor."),
]).articles()

describe("documentFrequencies", () => {
  it("counts the articles that use a term, and leaves out what one alone uses", async () => {
    expect(await documentFrequencies(articles)).toEqual(
      new Map([
        ["canal", 2],
        ["harbor", 3],
      ]),
    )
  })
})

describe("wordCounts", () => {
  it("counts the words of each article", async () => {
    expect(await wordCounts(articles)).toEqual([7, 5, 6])
  })
})

describe("distinctiveTerms", () => {
  it("finds what a category says more often than all others", async () => {
    const members = new Set(["1901-president-1901", "1902-president-1902"])
    const terms = await distinctiveTerms(articles, members)
    expect(terms.map(({ term, count }) => [term, count])).toEqual([["canal", 8]])
    expect(terms[0]?.ratio).toBeGreaterThan(5)
  })

  it("finds nothing in a category of few words", async () => {
    expect(await distinctiveTerms(articles, new Set(["1903-president-1903"]))).toEqual([])
  })
})
