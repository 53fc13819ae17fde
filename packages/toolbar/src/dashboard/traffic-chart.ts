import { html, type Markup } from "../html.js"
import { formatPercent, formatRate } from "../quantities.js"
import { rowCount } from "./counter-ring.js"
import type { TrafficHistory } from "./traffic.js"

const height = 40

/** Draws the last ten minutes: the hit rate as a line, operations per second as bars. The newest point is on the right. */
export function trafficChart(history: TrafficHistory): Markup {
  const { hitRate, operationsPerSecond, secondsPerPoint } = history
  const left = rowCount - hitRate.length
  const max = Math.max(...operationsPerSecond)
  const minutes = (rowCount * secondsPerPoint) / 60
  return html`<figure>
<svg viewBox="0 -1 ${rowCount} ${height + 2}" preserveAspectRatio="none" role="img" aria-label="${summary(hitRate, max)}">
<path class="grid" d="M0 0H${rowCount}M0 ${height / 2}H${rowCount}M0 ${height}H${rowCount}"/>
<path class="bars" d="${barsOf(operationsPerSecond, max, left)}"/>
<path class="line" d="${lineOf(hitRate, left)}"/>
</svg>
<figcaption><span class="key line">hit rate</span> <span class="key bars">operations, up to ${formatRate(max)}/s</span> <span>${minutes} min</span></figcaption>
</figure>`
}

/** Draws steps, so that a single point is visible. The line has gaps where there were no lookups. */
function lineOf(shares: readonly (number | null)[], left: number): string {
  return shares
    .map((share, index) => {
      if (share === null) return ""
      const x = left + index
      const y = round(height * (1 - share))
      const joins = index > 0 && shares[index - 1] !== null
      return `${joins ? "V" : `M${x} `}${y}H${x + 1}`
    })
    .join("")
}

function barsOf(rates: readonly number[], max: number, left: number): string {
  return rates
    .map((each, index) => {
      const length = round((height * each) / max)
      return each === 0 ? "" : `M${left + index} ${height}v-${length}h.8v${length}z`
    })
    .join("")
}

function summary(hitRate: TrafficHistory["hitRate"], max: number): string {
  const known = hitRate.filter((share) => share !== null)
  if (known.length === 0) return "No lookups in the last ten minutes"
  const range = `${formatPercent(Math.min(...known))} to ${formatPercent(Math.max(...known))}`
  return `Hit rate over the last ten minutes: ${range}. At most ${formatRate(max)} operations per second`
}

function round(coordinate: number): string {
  return String(Math.round(coordinate * 10) / 10)
}
