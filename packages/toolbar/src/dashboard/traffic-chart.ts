import { html, type Markup } from "../html.js"
import { rowCount } from "./counter-ring.js"
import { percent, rate } from "./figures.js"
import type { TrafficHistory } from "./traffic.js"

const height = 40

/** The last ten minutes as a drawing: the hit rate as a line, operations per second as bars. The newest is at the right. */
export function trafficChart(history: TrafficHistory): Markup {
  const { hitRate, operationsPerSecond, secondsPerPoint } = history
  const left = rowCount - hitRate.length
  const most = Math.max(...operationsPerSecond)
  const minutes = (rowCount * secondsPerPoint) / 60
  return html`<figure>
<svg viewBox="0 -1 ${rowCount} ${height + 2}" preserveAspectRatio="none" role="img" aria-label="${spoken(hitRate, most)}">
<path class="grid" d="M0 0H${rowCount}M0 ${height / 2}H${rowCount}M0 ${height}H${rowCount}"/>
<path class="bars" d="${barsOf(operationsPerSecond, most, left)}"/>
<path class="line" d="${lineOf(hitRate, left)}"/>
</svg>
<figcaption><span class="key line">hit rate</span> <span class="key bars">operations, up to ${rate(most)}/s</span> <span>${minutes} min</span></figcaption>
</figure>`
}

/** Steps, so that a single point can be seen. Interrupted where nothing was looked up. */
function lineOf(shares: readonly (number | null)[], left: number): string {
  return shares
    .map((share, index) => {
      if (share === null) return ""
      const x = left + index
      const y = short(height * (1 - share))
      const joins = index > 0 && shares[index - 1] !== null
      return `${joins ? "V" : `M${x} `}${y}H${x + 1}`
    })
    .join("")
}

function barsOf(rates: readonly number[], most: number, left: number): string {
  return rates
    .map((each, index) => {
      const length = short((height * each) / most)
      return each === 0 ? "" : `M${left + index} ${height}v-${length}h.8v${length}z`
    })
    .join("")
}

function spoken(hitRate: TrafficHistory["hitRate"], most: number): string {
  const known = hitRate.filter((share) => share !== null)
  if (known.length === 0) return "No lookups in the last ten minutes"
  const range = `between ${percent(Math.min(...known))} and ${percent(Math.max(...known))}`
  return `Hit rate over the last ten minutes: ${range}. At most ${rate(most)} operations per second`
}

function short(coordinate: number): string {
  return String(Math.round(coordinate * 10) / 10)
}
