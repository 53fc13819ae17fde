import { describe, expect, it } from "vitest"
import { quotationOf, weighTerms } from "./headline.js"

const text =
  "Fellow-Citizens of the Senate: It is good to be here with all of you once again. " +
  "The canal across the isthmus will be opened to all nations. " +
  "Thank you for the canal and the isthmus and everything. " +
  "Our engineers have cut the isthmus from sea to sea, and the ships of every nation will pass through the canal before the year is out. " +
  "The weather has been rather fine for the season."

describe("quotationOf", () => {
  const weights = new Map([
    ["canal", 3],
    ["isthmus", 4],
    ["engineers", 2],
    ["weather", 0.5],
  ])

  it("takes the short sentence with the most telling terms as the headline, without its full stop", () => {
    expect(quotationOf(text, weights).headline).toBe("The canal across the isthmus will be opened to all nations")
  })

  it("takes a longer sentence as the summary", () => {
    expect(quotationOf(text, weights).summary).toMatch(/^Our engineers .* is out\.$/)
  })

  it("cuts the first sentence at a word where none is fit", () => {
    const { headline, summary } = quotationOf(`And so it went, ${"on and ".repeat(60)}on.`, weights)
    expect(headline.length).toBeLessThanOrEqual(82)
    expect(headline).toMatch(/ (?:on|and)…$/)
    expect(summary).toMatch(/…$/)
  })
})

describe("weighTerms", () => {
  it("weighs a term that few use more than one that many use", () => {
    const weights = weighTerms(
      new Map([
        ["canal", 2],
        ["duty", 2],
      ]),
      new Map([
        ["canal", 2],
        ["duty", 90],
      ]),
      100,
    )
    expect(weights.get("canal")).toBeGreaterThan(weights.get("duty") ?? Number.NaN)
  })

  it("gives no weight to a term that nobody else uses", () => {
    expect(weighTerms(new Map([["zeitchik", 9]]), new Map(), 100).size).toBe(0)
  })
})
