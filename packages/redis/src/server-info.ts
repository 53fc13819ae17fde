import type { BackendStats } from "@larder/core"
import { type RedisNode, textOf } from "./connection.js"

/** The statistics of a server: `entries` for the database, the others for the whole server, as Redis counts them. */
export async function statsOf(node: RedisNode): Promise<Required<BackendStats>> {
  const [entries, info] = await Promise.all([node.send(["DBSIZE"]), node.send(["INFO"])])
  const figures = new Map(textOf(info).split("\r\n").map(figureOf))
  const figure = (name: string): number => Number(figures.get(name) ?? 0)
  return {
    entries: Number(entries),
    bytes: figure("used_memory"),
    hits: figure("keyspace_hits"),
    misses: figure("keyspace_misses"),
    evictions: figure("evicted_keys"),
  }
}

/** The figures of several servers that share the keys. */
export function sumOf(stats: readonly Required<BackendStats>[]): BackendStats {
  return stats.reduce((sum, one) => ({
    entries: sum.entries + one.entries,
    bytes: sum.bytes + one.bytes,
    hits: sum.hits + one.hits,
    misses: sum.misses + one.misses,
    evictions: sum.evictions + one.evictions,
  }))
}

function figureOf(line: string): [string, string] {
  const colon = line.indexOf(":")
  return [line.slice(0, colon), line.slice(colon + 1)]
}
