import type { BackendStats } from "@larder/core"
import { type RedisNode, textOf } from "./connection.js"

/** What a server says of itself in reply to `INFO`, by name. */
export type ServerInfo = ReadonlyMap<string, string>

export async function infoOf(node: RedisNode): Promise<ServerInfo> {
  return readInfo(textOf(await node.send(["INFO"])))
}

export function readInfo(text: string): ServerInfo {
  return new Map(text.split("\r\n").map(lineOf))
}

/** A figure; 0 if the server does not report it. */
export function figureIn(info: ServerInfo, name: string): number {
  return Number(info.get(name) ?? 0)
}

/** The statistics of a server: `entries` for the database, the others for the whole server, as Redis counts them. */
export async function statsOf(node: RedisNode): Promise<Required<BackendStats>> {
  const [entries, info] = await Promise.all([node.send(["DBSIZE"]), infoOf(node)])
  return {
    entries: Number(entries),
    bytes: figureIn(info, "used_memory"),
    hits: figureIn(info, "keyspace_hits"),
    misses: figureIn(info, "keyspace_misses"),
    evictions: figureIn(info, "evicted_keys"),
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

function lineOf(line: string): [string, string] {
  const colon = line.indexOf(":")
  return [line.slice(0, colon), line.slice(colon + 1)]
}
