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

/** What a server says of itself, by name. */
export type ServerStats = ReadonlyMap<string, string>

/** Collects the replies to `stats`. */
export class StatsReader {
  readonly stats: Map<string, string> = new Map()

  /** True if the reply was the last one. */
  read(reply: Reply): boolean {
    if (reply.code === "END") return true
    if (reply.code !== "STAT") throw unexpected(reply)
    const space = reply.flags.indexOf(" ")
    this.stats.set(reply.flags.slice(0, space), reply.flags.slice(space + 1))
    return false
  }
}

/** The figures of a server, or its settings. */
export function getStats(topic: "" | " settings" = ""): Request<ServerStats> {
  const reader = new StatsReader()
  return { parts: [`stats${topic}\r\n`], read: (reply) => (reader.read(reply) ? reader.stats : unfinished) }
}

/** A figure; `NaN` if the server does not report it. */
export function figureIn(stats: ServerStats, name: string): number {
  return Number(stats.get(name) ?? Number.NaN)
}

/** The sum of several servers' figures, without those that one of them does not report. */
export function sumOfStats(servers: readonly ServerStats[]): BackendStats {
  const sums: { -readonly [Name in keyof BackendStats]: BackendStats[Name] } = {}
  for (const [name, nameThere] of Object.entries(nameOnServer)) {
    const sum = servers.reduce((total, stats) => total + figureIn(stats, nameThere), 0)
    if (Number.isSafeInteger(sum)) sums[name as keyof BackendStats] = sum
  }
  return sums
}
