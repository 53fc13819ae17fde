import { describe, expect, it } from "vitest"
import { Corpus } from "./corpus.js"
import { lengthChart } from "./length-chart.js"

const articles = new Corpus([
  { year: 1800, name: "A", party: "Federalist", text: "" },
  { year: 1801, name: "A", party: "Federalist", text: "" },
]).articles()

describe("lengthChart", () => {
  it("draws one bar an address, as tall as it is long", () => {
    const { bars } = lengthChart(articles, [10_000, 20_000])
    expect(bars.map(({ x, year, words, path, party }) => ({ x, year, words, path, party }))).toEqual([
      { x: 0, year: 1800, words: 10_000, path: "/article/1800-a", party: "federalist" },
      { x: 50, year: 1801, words: 20_000, path: "/article/1801-a", party: "federalist" },
    ])
    const [first, second] = bars
    expect(second?.height).toBeCloseTo((first?.height ?? 0) * 2, 2)
    for (const { y, height } of bars) expect(y + height).toBeCloseTo(100)
  })

  it("knows the longest and the shortest", () => {
    const { longest, shortest } = lengthChart(articles, [20_000, 10_000])
    expect([longest?.year, shortest?.year]).toEqual([1800, 1801])
  })

  it("draws a line every ten thousand words and names every fiftieth year", () => {
    const { lines, years } = lengthChart(articles, [10_000, 20_000])
    expect(lines.map(({ words }) => words)).toEqual([10_000, 20_000])
    expect(years).toEqual([{ label: "1800", x: 0 }])
  })
})
