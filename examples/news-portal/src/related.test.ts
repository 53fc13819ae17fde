import { describe, expect, it } from "vitest"
import { Corpus } from "./corpus.js"
import { relatedArticles } from "./related.js"
import { documentFrequencies } from "./statistics.js"

const articles = new Corpus([
  { year: 1901, name: "A", party: "none", text: "canal locks isthmus harbor" },
  { year: 1902, name: "A", party: "none", text: "canal locks isthmus harbor" },
  { year: 1903, name: "B", party: "none", text: "canal locks silver" },
  { year: 1904, name: "C", party: "none", text: "silver gold coinage" },
  { year: 1905, name: "D", party: "none", text: "gold coinage isthmus" },
]).articles()

describe("relatedArticles", () => {
  it("finds the articles of others that share the most telling terms", async () => {
    const related = await relatedArticles(articles, await documentFrequencies(articles), 1)
    expect(related.get("1901-a")).toEqual(["1903-b"])
    expect(related.get("1905-d")).toEqual(["1904-c"])
  })

  it("leaves out the same president and the article itself", async () => {
    const related = await relatedArticles(articles, await documentFrequencies(articles), 9)
    expect(related.get("1902-a")).toHaveLength(3)
    expect(related.get("1902-a")).not.toContain("1901-a")
  })
})
