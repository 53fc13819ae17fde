import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { instruments, prometheusName } from "../src/index.js"
import { prometheusLabel } from "../src/prometheus-name.js"
import { scrapedSeries } from "./every-metric.js"
import { faultsOf, seriesIn } from "./query-faults.js"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const operating = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8")

/** The code of the query and rule fences of a page. */
function queriesIn(page: string): string[] {
  return [...page.matchAll(/^```(?:promql|yaml)\n(.*?)^```/gms)].map(([, code]) => code as string)
}

it("the README lists every metric with its labels", () => {
  const rows = instruments.map((instrument) => {
    const name = prometheusName(instrument)
    const labels = instrument.dimensions.map((dimension) => `\`${prometheusLabel(dimension)}\``).join(", ")
    return { row: [`\`${name}\``, `\`${instrument.name}\``, labels], name }
  })
  const table = readme
    .split("\n")
    .filter((line) => line.startsWith("| `larder_"))
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
  const expected = rows.map(({ row }) => row)
  expect(table).toEqual(expect.arrayContaining(expected))
  expect(table).toHaveLength(expected.length)
})

it("a scrape has every metric", async () => {
  const series = await scrapedSeries()
  const missing = instruments.map(prometheusName).filter((name) => !series.has(name) && !series.has(`${name}_bucket`))
  expect(missing).toEqual([])
})

describe.each([
  ["README.md", readme, 2],
  ["docs/operating.md", operating, 5],
])("%s", (_, page, least) => {
  it("names only metrics that exist", async () => {
    const series = await scrapedSeries()
    const names = [...new Set(page.match(/\blarder_[a-z_]+[a-z]/g))]
    const unknown = names.filter((name) => !series.has(name) && !series.has(`${name}_bucket`))
    expect(unknown).toEqual([])
  })

  it("uses only labels that the metrics have", async () => {
    const series = await scrapedSeries()
    const queries = queriesIn(page)
    expect(queries.flatMap(seriesIn).length).toBeGreaterThanOrEqual(least)
    expect(queries.flatMap((query) => faultsOf(query, series))).toEqual([])
  })
})

it.each([
  ["sum(rate(larder_nothing_total[5m]))", "larder_nothing_total is not a series"],
  ['larder_store_up{operation="get"}', 'larder_store_up{operation="get"} has no label operation'],
  [
    "sum by (result) (larder_store_up)",
    "no series of the query has the label result: sum by (result) (larder_store_up)",
  ],
])("the check finds the fault of %s", async (query, fault) => {
  expect(faultsOf(query, await scrapedSeries())).toEqual([fault])
})
