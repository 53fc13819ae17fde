import type { BackendStats } from "@larder/core"
import { unexpected } from "./meta-commands.js"
import type { Reply } from "./reply-parser.js"
import { type Request, unfinished } from "./request.js"

const nameOnServer = {
  entries: "curr_items",
  bytes: "bytes",
  hits: "get_hits",
  misses: "get_misses",
  evictions: "evictions",
} as const satisfies Record<keyof BackendStats, string>

/** Collects the replies to `stats`: names and figures. */
export class StatsReader {
  readonly figures: Map<string, number> = new Map()

  /** True if the reply was the last one. */
  read(reply: Reply): boolean {
    if (reply.code === "END") return true
    if (reply.code !== "STAT") throw unexpected(reply)
    const space = reply.flags.indexOf(" ")
    this.figures.set(reply.flags.slice(0, space), Number(reply.flags.slice(space + 1)))
    return false
  }
}

export function getStats(): Request<ReadonlyMap<string, number>> {
  const reader = new StatsReader()
  return { parts: ["stats\r\n"], read: (reply) => (reader.read(reply) ? reader.figures : unfinished) }
}

/** The sum of several servers' figures, without those that one of them does not report. */
export function sumOfStats(servers: readonly ReadonlyMap<string, number>[]): BackendStats {
  const sums: { -readonly [Name in keyof BackendStats]: BackendStats[Name] } = {}
  for (const [name, nameThere] of Object.entries(nameOnServer)) {
    const figures = servers.map((figures) => figures.get(nameThere) ?? Number.NaN)
    const sum = figures.reduce((total, figure) => total + figure, 0)
    if (Number.isSafeInteger(sum)) sums[name as keyof BackendStats] = sum
  }
  return sums
}
