import { html, type Markup } from "../html.js"
import { formatBytes, formatNumber, formatPercent, formatRate, formatTime, noValue } from "../quantities.js"
import { pageScript } from "./page-script.js"
import { pageStyle } from "./page-style.js"
import type { CacheStats, DashboardStats } from "./stats.js"
import type { StoreReport } from "./store-reports.js"
import type { TrafficFigures } from "./traffic.js"
import { trafficChart } from "./traffic-chart.js"

export interface PageOptions {
  /** The nonce of the style and the script. */
  readonly nonce: string
  /** The URL of the figures as JSON, relative to the page. */
  readonly statsHref: string
}

/** Renders the dashboard. It works without scripts; the script keeps `main` up to date. */
export function dashboardPage(stats: DashboardStats, { nonce, statsHref }: PageOptions): string {
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
<p id="state" role="status"><noscript>Reload the page to update the figures.</noscript></p>
<button id="pause" type="button" hidden>Pause</button>
</header>
<main>${overview(stats)}<div class="cards">${stats.caches.map(card)}</div></main>
<footer>
<p>Operations, hits and misses include only calls by the application, not the reads and writes inside a getOrSet. Store call
times include both. An error that reaches several callers counts once.</p>
<p><a href="${statsHref}">These figures as JSON</a></p>
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
  return html`<section class="overview" aria-label="All caches in the last minute">
<dl>
${tile("hit rate", formatPercent(lookups === 0 ? null : hits / lookups))}
${tile("operations", `${formatRate(sum(minutes.map((figures) => figures.operationsPerSecond)))}/s`)}
${tile("errors", formatNumber(errors), errors > 0)}
${tile("stores failing", `${failing} of ${caches.length}`, failing > 0)}
</dl>
<p>Last minute of <span id="process">process ${process.pid} on ${process.host}. Counting since ${moment(process.countsSince)}</span>; updated at ${time(at)}.</p>
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
<p class="where">${[backend, location].filter((text) => text !== undefined).join(" · ") || noValue}</p></header>
<p class="rate"><strong>${formatPercent(lastMinute.hitRate)}</strong> hit rate in the last minute</p>
${trafficChart(history)}
${trafficTable(alias, lastMinute, lastTenMinutes)}
<h3>Store</h3>
${store(cache.report)}
${cache.lastError === null ? "" : html`<p class="note">Last error: ${cache.lastError.code}, ${moment(cache.lastError.at)}</p>`}
</article>`
}

function badge(cache: CacheStats): Markup {
  if (cache.outage !== null) {
    return html`<p class="badge bad">failing since ${moment(cache.outage.at)}: ${cache.outage.code}</p>`
  }
  if (isFailing(cache)) return html`<p class="badge bad">failing</p>`
  const isIdle = sum(Object.values(cache.lastTenMinutes.operations)) === 0
  return isIdle ? html`<p class="badge idle">idle</p>` : html`<p class="badge good">working</p>`
}

function isFailing({ outage, report }: CacheStats): boolean {
  return outage !== null || report.state === "failed"
}

type Row = readonly [name: string, figureOf: (figures: TrafficFigures) => string]

const rows: readonly Row[] = [
  ["Hit rate", ({ hitRate }) => formatPercent(hitRate)],
  ["Keys looked up", ({ lookups }) => formatNumber(lookups)],
  ["Reads", ({ operations, seconds }) => `${formatRate(operations.reads / seconds)}/s`],
  ["getOrSet", ({ operations, seconds }) => `${formatRate(operations.getOrSet / seconds)}/s`],
  ["Writes", ({ operations, seconds }) => `${formatRate(operations.writes / seconds)}/s`],
  ["Removals", ({ operations, seconds }) => `${formatRate(operations.removals / seconds)}/s`],
  ["Other operations", ({ operations, seconds }) => `${formatRate(operations.other / seconds)}/s`],
  ["Store call, mean", ({ store: { mean } }) => duration(mean)],
  ["Store call, 95th percentile", ({ store: { p95 } }) => duration(p95)],
  ["Producer runs", ({ producer: { runs } }) => formatNumber(runs)],
  ["Producer run, mean", ({ producer: { mean } }) => duration(mean)],
  ["Stale hits", ({ stale }) => formatNumber(stale)],
]

function trafficTable(alias: string, minute: TrafficFigures, tenMinutes: TrafficFigures): Markup {
  return html`<table>
<caption>Traffic of ${alias}</caption>
<thead><tr><td></td><th scope="col">1 minute</th><th scope="col">10 minutes</th></tr></thead>
<tbody>
${rows.map(([name, figureOf]) => tableRow(name, [figureOf(minute), figureOf(tenMinutes)]))}
${tableRow("Errors", [formatNumber(minute.errors), formatNumber(tenMinutes.errors)], tenMinutes.errors > 0)}
</tbody>
</table>`
}

function tableRow(name: string, figures: readonly string[], alarming = false): Markup {
  const isQuiet = figures.every((figure) => ["0", "0/s", noValue].includes(figure))
  const kind = alarming ? "alarm" : isQuiet ? "zero" : "some"
  return html`<tr class="${kind}"><th scope="row">${name}</th>${figures.map((figure) => html`<td>${figure}</td>`)}</tr>`
}

function store(report: StoreReport): Markup {
  switch (report.state) {
    case "pending":
      return html`<p class="note">Waiting for the store to respond.</p>`
    case "unsupported":
      return html`<p class="note">This store reports no figures.</p>`
    case "failed":
      return html`<p class="failure">${report.error}</p>`
    case "available":
      return storeFigures(report)
  }
}

function storeFigures({ at, stats }: Extract<StoreReport, { state: "available" }>): Markup {
  const { entries, bytes, hits, misses, evictions } = stats
  const lookups = hits === undefined || misses === undefined ? 0 : hits + misses
  const figures: readonly (readonly [string, string | undefined])[] = [
    ["Entries", entries === undefined ? undefined : formatNumber(entries)],
    ["Memory", bytes === undefined ? undefined : formatBytes(bytes)],
    ["Evictions", evictions === undefined ? undefined : formatNumber(evictions)],
    ["Hit rate", lookups === 0 ? undefined : formatPercent((hits ?? 0) / lookups)],
  ]
  const known = figures.filter(([, figure]) => figure !== undefined)
  return html`<dl class="store">
${known.map(([name, figure = noValue]) => html`<div><dt>${name}</dt><dd>${figure}</dd></div>`)}
</dl>
<p class="note">Reported by the store at ${time(at)}; counted since it started</p>`
}

/** Shows an ISO 8601 time, which may be days ago. */
function moment(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`
}

/** Shows an ISO 8601 time of the last seconds, without the date. */
function time(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`
}

function duration(time: number | null): string {
  return time === null ? noValue : formatTime(time)
}

function classOf(alarming: boolean): Markup | undefined {
  return alarming ? html` class="alarm"` : undefined
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
