import { describe, expect, it } from "vitest"
import { Corpus } from "./corpus.js"

const corpus = () =>
  new Corpus([
    { year: 1953, name: "Dwight D Eisenhower", party: "Republican", text: "Incoming." },
    { year: 1953, name: "Harry S Truman", party: "Democratic", text: "Outgoing." },
    { year: 1952, name: "Harry S Truman", party: "Democratic", text: "Before." },
    { year: 1898, name: "William Mc Kinley", party: "Republican", text: "War." },
    { year: 1844, name: "John Tyler", party: "Whig & Democratic", text: "Texas." },
    { year: 1790, name: "George Washington", party: "none", text: "First." },
  ])

describe("Corpus", () => {
  it("keeps articles by year, the outgoing president before the incoming one", () => {
    expect(
      corpus()
        .articles()
        .map(({ slug }) => slug),
    ).toEqual([
      "1790-george-washington",
      "1844-john-tyler",
      "1898-william-mckinley",
      "1952-harry-s-truman",
      "1953-harry-s-truman",
      "1953-dwight-d-eisenhower",
    ])
  })

  it("sets names as they are written", () => {
    expect(
      corpus()
        .categories("president")
        .map(({ name }) => name),
    ).toEqual(["George Washington", "John Tyler", "William McKinley", "Harry S. Truman", "Dwight D. Eisenhower"])
  })

  it("files an article under its president, party, decade and era", () => {
    const site = corpus()
    expect(site.article("1844-john-tyler")?.categories).toEqual({
      president: "john-tyler",
      party: "whig-and-democratic",
      decade: "1840s",
      era: "expansion-and-division",
    })
    expect(site.category("party", "unaffiliated")).toMatchObject({
      name: "Unaffiliated",
      articles: ["1790-george-washington"],
    })
    expect(site.category("decade", "1950s")?.articles).toHaveLength(3)
  })

  it("knows no category of another kind by the same slug", () => {
    expect(corpus().category("party", "1950s")).toBeUndefined()
  })

  it("loads every address of the data set under a slug of its own", () => {
    const site = Corpus.load()
    expect(site.articles()).toHaveLength(233)
    expect(site.categories("president")).toHaveLength(43)
    expect(site.categories("era").reduce((sum, { articles }) => sum + articles.length, 0)).toBe(233)
  })
})
