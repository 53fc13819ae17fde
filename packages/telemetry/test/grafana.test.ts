import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { scrapedSeries } from "./every-metric.js"
import { faultsOf, groupedLabels, seriesIn } from "./query-faults.js"

interface Variable {
  readonly name: string
  readonly type: string
}

interface Target {
  readonly refId: string
  readonly expr: string
  readonly legendFormat: string
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly targets: readonly Target[]
}

/** The parts of Grafana's classic dashboard model that the test reads. */
interface GrafanaDashboard {
  readonly schemaVersion: number
  readonly templating: { readonly list: readonly Variable[] }
  readonly panels: readonly Panel[]
}

const text = readFileSync(new URL("../grafana/larder.json", import.meta.url), "utf8")
const { panels, schemaVersion, templating }: GrafanaDashboard = JSON.parse(text)
const targets = panels.flatMap((panel) => panel.targets)

it("names only metrics and labels that a scrape has", async () => {
  const series = await scrapedSeries()
  expect(targets.flatMap(({ expr }) => seriesIn(expr)).length).toBeGreaterThanOrEqual(panels.length)
  expect(targets.flatMap(({ expr }) => faultsOf(expr, series))).toEqual([])
  const [, metric = "", label = ""] = /label_values\((\w+), (\w+)\)/.exec(text) ?? []
  expect(series.get(metric)).toContain(label)
})

it("has legends of labels that the queries keep", () => {
  for (const { expr, legendFormat } of targets) {
    const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
    const kept = groupedLabels(expr)
    for (const label of labels) expect(kept, `${legendFormat} of ${expr}`).toContain(label)
  }
})

it("queries the chosen source, for the chosen caches", () => {
  expect(templating.list).toMatchObject([
    { name: "datasource", type: "datasource" },
    { name: "alias", type: "query" },
  ])
  expect([...new Set(text.match(/\$\{?\w+/g))].sort()).toEqual(["$__all", "$__rate_interval", "$alias", "${datasource"])
  for (const { datasource } of panels) {
    expect(datasource).toEqual({ type: "prometheus", uid: `$\{${templating.list[0]?.name}}` })
  }
  for (const { expr } of targets) {
    if (!expr.includes("larder_page_")) expect(expr.split('alias=~"$alias"').length - 1).toBe(seriesIn(expr).length)
  }
})

it("has panels that Grafana can tell apart and that do not overlap", () => {
  // Grafana 11; later versions migrate it.
  expect(schemaVersion).toBe(39)
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  for (const { targets: own } of panels) expect(new Set(own.map(({ refId }) => refId)).size).toBe(own.length)
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}:${y + Math.floor(cell / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24)
})
