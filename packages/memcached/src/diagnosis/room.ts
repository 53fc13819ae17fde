import type { Finding } from "@larder/core"
import { figureIn } from "../server-stats.js"
import type { ExaminedServer } from "./examined-server.js"

/** The share of evicted entries from which the server counts as too small. */
const manyEvictions = 0.1

/** Checks that the server evicts entries when it is full. */
export function roomFinding({ name, settings }: ExaminedServer): Finding | undefined {
  if (settings.get("evictions") !== "off") return undefined
  return {
    severity: "warning",
    code: "evictions-off",
    found: `The server ${name} was started without evictions (-M).`,
    why: "It refuses all writes as soon as it is full.",
    advice: "Start it without -M.",
  }
}

/** Checks that the server does not evict many entries. */
export function evictionFinding({ name, stats, settings }: ExaminedServer): Finding | undefined {
  const [stored, evicted] = [figureIn(stats, "total_items"), figureIn(stats, "evictions")]
  if (!(evicted / stored >= manyEvictions)) return undefined
  const percentage = Math.round((100 * evicted) / stored)
  return {
    severity: "warning",
    code: "evictions",
    found: `The server ${name} has evicted ${evicted} of the ${stored} entries that it stored (${percentage} %).`,
    why: "They were removed before they expired, so the next read of each is a miss.",
    advice: `Give it more memory (-m, now ${figureIn(settings, "maxbytes") / 1024 ** 2} MiB), add a server, or use shorter timeouts.`,
  }
}
