import type { Milliseconds, Operation } from "@larder/core"
import type { BatchHint, CallReport, CallRow, Outcome } from "./call-report.js"
import { html, Markup } from "./html.js"
import { panelStyle } from "./panel-style.js"
import { formatBytes, formatCount, formatTime, formatTimeLeft } from "./quantities.js"
import type { Tally } from "./tally.js"

const maxTextLength = 200
const maxKeys = 5

/**
 * Renders the panel as one element with a declarative shadow root (HTML, section 4.12.3): it needs no script, and the styles
 * of page and panel do not affect each other. Without styles, it is a collapsed list at the end of the page.
 */
export function renderPanel(report: CallReport, nonce: string | undefined): string {
  const style = html`<style${nonce === undefined ? "" : html` nonce="${nonce}"`}>${new Markup(panelStyle)}</style>`
  const panel = html`<larder-toolbar><template shadowrootmode="open">${style}<section aria-label="Cache calls of this page">
<details><summary>${summary(report)}</summary>
<div class="sheet" role="region" aria-label="Cache calls" tabindex="0">
${page(report)}${hints(report)}${totals(report)}${calls(report)}
</div></details></section></template></larder-toolbar>`
  return panel.text
}

function summary({ total, unlisted, rows, saved, page: outcome, repeated }: CallReport): Markup {
  return html`<strong>Cache</strong> <span>${formatCount(rows.length + unlisted, "call")}</span>
<span class="good">${formatCount(total.hits, "hit")}</span>
<span class="${total.misses > 0 ? "fair" : "faint"}">${formatCount(total.misses, "miss", "misses")}</span>
${total.errors > 0 ? html`<span class="bad">${formatCount(total.errors, "error")}</span> ` : ""}
<span>${formatTime(total.time)}</span>
${saved > 0 ? html`<span class="good">${formatTime(saved)} saved</span> ` : ""}
${repeated > 0 ? html`<span class="fair">${formatCount(repeated, "repeated read")}</span> ` : ""}
${outcome === undefined ? "" : html`<span class="faint">page: ${outcome.outcome}</span>`}`
}

function page({ page: result }: CallReport): Markup {
  if (result === undefined) return html``
  const { outcome, stored, reason, cacheStatus } = result
  const storage = stored === undefined ? "" : stored ? ", stored" : ", not stored"
  const why = reason === undefined ? "" : ` (${reason})`
  return html`<p>Page cache: <b>${outcome}</b>${storage}${why} ${cacheStatus === undefined ? "" : html`<code class="faint">${cacheStatus}</code>`}</p>`
}

function hints({ hints: batches, repeated }: CallReport): Markup {
  if (batches.length === 0 && repeated === 0) return html``
  return html`<ul>${batches.map(hint)}${
    repeated === 0
      ? ""
      : html`<li>${formatCount(repeated, "repeated read")}. Keep the value in a variable instead of reading it again.</li>`
  }</ul>`
}

function hint({ operation, batched, alias, site, count }: BatchHint): Markup {
  return html`<li><code>${site}</code> calls <code>${operation}</code> of <b>${alias}</b> for ${formatCount(count, "key")}, one by one. A single <code>${batched}</code> could replace these calls.</li>`
}

function totals({ byAlias, total }: CallReport): Markup {
  if (byAlias.length === 0) return html`<p>This request made no cache calls.</p>`
  const rows = byAlias.map(([alias, tally]) =>
    totalRow(
      html`<td role="cell"><b>${alias}</b>${tally.backend === alias ? "" : html` <small>${tally.backend}</small>`}</td>`,
      tally,
    ),
  )
  const sum = byAlias.length > 1 ? totalRow(html`<td role="cell" class="faint">all</td>`, total) : ""
  return html`<table class="totals" role="table"><caption>By cache</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader">Cache</th><th role="columnheader" class="number">Calls</th><th role="columnheader" class="number">Hits</th><th role="columnheader" class="number">Misses</th><th role="columnheader" class="number">Errors</th><th role="columnheader" class="number">Time</th></tr></thead>
<tbody role="rowgroup">${rows}${sum}</tbody></table>`
}

function totalRow(name: Markup, { calls: count, hits, misses, errors, time }: Tally): Markup {
  return html`<tr role="row">${name}${cell("Calls", count)}${cell("Hits", hits)}${cell("Misses", misses)}${cell("Errors", errors)}${cell("Time", formatTime(time))}</tr>`
}

function cell(label: string, content: string | number): Markup {
  return html`<td role="cell" class="number" data-label="${label}">${content}</td>`
}

function calls({ rows, unlisted }: CallReport): Markup {
  if (rows.length === 0) return html``
  return html`<table class="calls" role="table"><caption>Calls</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader">Result</th><th role="columnheader">Call</th><th role="columnheader">Key</th><th role="columnheader">Cache</th><th role="columnheader">Layer</th><th role="columnheader" class="number">Size</th><th role="columnheader" class="number">Time left</th><th role="columnheader" class="number">Time</th><th role="columnheader">Called at</th></tr></thead>
<tbody role="rowgroup">${rows.map(callRow)}</tbody></table>${unlisted > 0 ? html`<p>${formatCount(unlisted, "more call")}, included only in the totals.</p>` : ""}`
}

function callRow(row: CallRow): Markup {
  return html`<tr role="row"><td role="cell" class="${tones[row.outcome]}">${outcomeText(row)}</td>
<td role="cell">${row.operation}${parts(row)}</td>
<td role="cell" class="key">${keys(row)}${row.error === undefined ? "" : html` <small class="bad">${shorten(row.error)}</small>`}</td>
<td role="cell" data-label="Cache">${row.alias}</td>
<td role="cell" data-label="Layer">${row.layer}</td>
<td role="cell" class="number" data-label="Size">${row.bytes === undefined ? "" : formatBytes(row.bytes)}</td>
<td role="cell" class="number" data-label="Time left">${row.left === undefined ? "" : formatTimeLeft(row.left)}</td>
<td role="cell" class="number" data-label="Time">${time(row)}</td>
<td role="cell" data-label="Called at">${row.site === undefined ? "" : html`<code>${row.site}</code>`}</td></tr>`
}

const tones: Readonly<Record<Outcome, string>> = {
  hit: "good",
  stale: "fair",
  miss: "fair",
  partial: "fair",
  shared: "fair",
  done: "faint",
  error: "bad",
  running: "faint",
}

function outcomeText({ outcome, found, keys: all }: CallRow): Markup {
  return html`${outcome}${found === undefined ? "" : html` <small>${found} of ${all.length}</small>`}`
}

function keys({ keys: all, repeats }: CallRow): Markup {
  const more = all.length - maxKeys
  return html`${all.slice(0, maxKeys).map((key) => html`<code>${shorten(key)}</code>`)}${
    more > 0 ? html` <small>and ${formatCount(more, "more key")}</small>` : ""
  }${repeats > 0 ? html` <span class="again">read ${repeats + 1} times so far</span>` : ""}`
}

function time({ time: own, producer, saved }: CallRow): Markup {
  return html`${own === undefined ? "" : formatTime(own)}${
    producer === undefined ? "" : html` <small>+ ${formatTime(producer)} to compute</small>`
  }${saved === undefined ? "" : html` <small class="good">${formatTime(saved)} saved</small>`}`
}

function parts({ parts: own }: CallRow): Markup {
  if (own.length === 0) return html``
  return html` <small>${own.map((one, index) => html`${index > 0 ? ", " : ""}<span>${part(one)}</span>`)}</small>`
}

function part({ operation, duration }: Operation): string {
  return duration === undefined ? operation : `${operation} ${formatTime(duration as Milliseconds)}`
}

function shorten(text: string): string {
  const characters = [...text]
  if (characters.length <= maxTextLength) return text
  return `${characters.slice(0, maxTextLength).join("")} (${formatCount(characters.length - maxTextLength, "more character")})`
}
