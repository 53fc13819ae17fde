import { html, type Markup } from "../html.js"
import { formatBytes, formatTime } from "../quantities.js"
import { count, percent, rate, unknown } from "./figures.js"
import { pageScript } from "./page-script.js"
import { pageStyle } from "./page-style.js"
import type { CacheStats, DashboardStats } from "./stats.js"
import type { StoreReport } from "./store-reports.js"
import type { TrafficFigures } from "./traffic.js"
import { trafficChart } from "./traffic-chart.js"

/** How a page is sent. */
export interface PageTerms {
  /** The nonce of its style and its script. */
  readonly nonce: string
  /** The address of the figures as JSON, relative to that of the page. */
  readonly statsHref: string
}

/** The dashboard: readable without scripts; its script keeps `main` current. */
export function dashboardPage(stats: DashboardStats, { nonce, statsHref }: PageTerms): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Caches</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${pageStyle}</style>
</head>
<body>
<header class="top">
<h1>Caches</h1>
<p id="state" role="status"><noscript>Reload the page for new figures.</noscript></p>
<button id="pause" type="button" hidden>Pause</button>
</header>
<main>${overview(stats)}<div class="cards">${stats.caches.map(card)}</div></main>
<footer>
<p>Only what the program calls counts as an operation, and its keys as hits or misses: not the reads and writes inside of a
getOrSet. Those do count for the time of store calls. An error counts once, however many callers it reached.</p>
<p><a href="${statsHref}">The same as JSON</a></p>
</footer>
<script nonce="${nonce}">${pageScript}</script>
</body>
</html>
`.text
}

function overview({ at, process, caches }: DashboardStats): Markup {
  const minutes = caches.map(({ lastMinute }) => lastMinute)
  const lookups = sum(minutes.map((figures) => figures.lookups))
  const hits = sum(minutes.map((figures) => figures.hits))
  const errors = sum(minutes.map((figures) => figures.errors))
  const failing = caches.filter(isFailing).length
  return html`<section class="overview" aria-label="All caches, last minute">
<dl>
${tile("hit rate", percent(lookups === 0 ? null : hits / lookups))}
${tile("operations", `${rate(sum(minutes.map((figures) => figures.operationsPerSecond)))}/s`)}
${tile("errors", count(errors), errors > 0)}
${tile("stores failing", `${failing} of ${caches.length}`, failing > 0)}
</dl>
<p>Last minute, of process ${process.pid} on ${process.host}, which counts since ${time(process.countsSince)}. As of ${time(at)}.</p>
</section>`
}

function tile(name: string, figure: string, alarming = false): Markup {
  return html`<div${classOf(alarming)}><dt>${name}</dt><dd>${figure}</dd></div>`
}

function card(cache: CacheStats, index: number): Markup {
  const { alias, backend, location, lastMinute, lastTenMinutes, history } = cache
  const heading = `cache-${index}`
  return html`<article aria-labelledby="${heading}">
<header><h2 id="${heading}">${alias}</h2> ${badge(cache)}
<p class="where">${[backend, location].filter((text) => text !== undefined).join(" · ") || unknown}</p></header>
<p class="rate"><strong>${percent(lastMinute.hitRate)}</strong> hit rate in the last minute</p>
${trafficChart(history)}
${trafficTable(alias, lastMinute, lastTenMinutes)}
<h3>Store</h3>
${store(cache.report)}
${cache.lastError === null ? "" : html`<p class="note">Last error: ${cache.lastError.code}, ${time(cache.lastError.at)}</p>`}
</article>`
}

function badge(cache: CacheStats): Markup {
  if (cache.outage !== null) {
    return html`<p class="badge bad">failing since ${time(cache.outage.at)}: ${cache.outage.code}</p>`
  }
  if (isFailing(cache)) return html`<p class="badge bad">failing</p>`
  const isIdle = sum(Object.values(cache.lastTenMinutes.operations)) === 0
  return isIdle ? html`<p class="badge idle">idle</p>` : html`<p class="badge good">working</p>`
}

function isFailing({ outage, report }: CacheStats): boolean {
  return outage !== null || report.state === "fails"
}

type Row = readonly [name: string, figureOf: (figures: TrafficFigures) => string]

const rows: readonly Row[] = [
  ["Hit rate", ({ hitRate }) => percent(hitRate)],
  ["Keys looked up", ({ lookups }) => count(lookups)],
  ["Reads", ({ operations, seconds }) => `${rate(operations.reads / seconds)}/s`],
  ["getOrSet", ({ operations, seconds }) => `${rate(operations.getOrSet / seconds)}/s`],
  ["Writes", ({ operations, seconds }) => `${rate(operations.writes / seconds)}/s`],
  ["Removals", ({ operations, seconds }) => `${rate(operations.removals / seconds)}/s`],
  ["Other operations", ({ operations, seconds }) => `${rate(operations.other / seconds)}/s`],
  ["Store call, mean", ({ store: { mean } }) => duration(mean)],
  ["Store call, 95th percentile", ({ store: { p95 } }) => duration(p95)],
  ["Values computed", ({ producer: { runs } }) => count(runs)],
  ["Computing one, mean", ({ producer: { mean } }) => duration(mean)],
  ["Stale answers", ({ stale }) => count(stale)],
]

function trafficTable(alias: string, minute: TrafficFigures, tenMinutes: TrafficFigures): Markup {
  return html`<table>
<caption>Traffic of ${alias}</caption>
<thead><tr><td></td><th scope="col">1 minute</th><th scope="col">10 minutes</th></tr></thead>
<tbody>
${rows.map(([name, figureOf]) => tableRow(name, [figureOf(minute), figureOf(tenMinutes)]))}
${tableRow("Errors", [count(minute.errors), count(tenMinutes.errors)], tenMinutes.errors > 0)}
</tbody>
</table>`
}

function tableRow(name: string, figures: readonly string[], alarming = false): Markup {
  const isQuiet = figures.every((figure) => ["0", "0/s", unknown].includes(figure))
  const kind = alarming ? "alarm" : isQuiet ? "zero" : "some"
  return html`<tr class="${kind}"><th scope="row">${name}</th>${figures.map((figure) => html`<td>${figure}</td>`)}</tr>`
}

function store(report: StoreReport): Markup {
  switch (report.state) {
    case "asked":
      return html`<p class="note">It has not answered yet.</p>`
    case "silent":
      return html`<p class="note">It reports no figures.</p>`
    case "fails":
      return html`<p class="failure">${report.error}</p>`
    case "reports":
      return storeFigures(report)
  }
}

function storeFigures({ at, stats }: Extract<StoreReport, { state: "reports" }>): Markup {
  const { entries, bytes, hits, misses, evictions } = stats
  const asked = hits === undefined || misses === undefined ? 0 : hits + misses
  const figures: readonly (readonly [string, string | undefined])[] = [
    ["Entries", entries === undefined ? undefined : count(entries)],
    ["Memory", bytes === undefined ? undefined : formatBytes(bytes)],
    ["Evictions", evictions === undefined ? undefined : count(evictions)],
    ["Hit rate", asked === 0 ? undefined : percent((hits ?? 0) / asked)],
  ]
  const known = figures.filter(([, figure]) => figure !== undefined)
  return html`<dl class="store">
${known.map(([name, figure = unknown]) => html`<div><dt>${name}</dt><dd>${figure}</dd></div>`)}
</dl>
<p class="note">As it says itself, since it was started; asked at ${time(at)}</p>`
}

/** An ISO 8601 time, shown without its date. */
function time(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`
}

function duration(time: number | null): string {
  return time === null ? unknown : formatTime(time)
}

function classOf(alarming: boolean): Markup | undefined {
  return alarming ? html` class="alarm"` : undefined
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
