import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { type Instrument, instruments, prometheusName } from "../src/index.js"
import { prometheusLabel } from "../src/prometheus-name.js"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const operating = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8")

const byName = new Map(
  instruments.flatMap((instrument) => seriesOf(instrument).map((name) => [name, instrument] as const)),
)

/** The names of the series that Prometheus stores for an instrument. */
function seriesOf(instrument: Instrument): string[] {
  const name = prometheusName(instrument)
  return instrument.kind === "histogram" ? ["_bucket", "_sum", "_count"].map((suffix) => name + suffix) : [name]
}

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

describe.each([
  ["README.md", readme, 2],
  ["docs/operating.md", operating, 5],
])("%s", (_, page, least) => {
  it("names only metrics that exist", () => {
    const names = [...new Set(page.match(/\blarder_[a-z_]+[a-z]/g))]
    const unknown = names.filter(
      (name) => !byName.has(name) && !instruments.some((one) => prometheusName(one) === name),
    )
    expect(unknown).toEqual([])
  })

  it("uses only labels that the metrics have", () => {
    const queries = queriesIn(page)
    const selectors = queries.flatMap((query) => [...query.matchAll(/(larder_[a-z_]+)(?:\{([^}]*)\})?/g)])
    expect(selectors.length).toBeGreaterThanOrEqual(least)
    for (const [selector, name, matchers = ""] of selectors) {
      const instrument = byName.get(name as string)
      expect(instrument, `${selector} is not a series`).toBeDefined()
      for (const [, label] of matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)) {
        expect(instrument?.dimensions.map(prometheusLabel), selector).toContain(label)
      }
    }
    const known = new Set(["le", ...instruments.flatMap(({ dimensions }) => dimensions.map(prometheusLabel))])
    const grouped = queries.flatMap((query) => [...query.matchAll(/\b(?:by|on) \(([^)]*)\)/g)])
    for (const [, labels = ""] of grouped) for (const label of labels.split(", ")) expect(known).toContain(label)
  })
})
