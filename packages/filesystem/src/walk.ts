import { readdir } from "node:fs/promises"
import { statsOf } from "./disk.js"
import { workName } from "./entry-lock.js"
import { codeOf } from "./error-code.js"
import { entryName, type FanOut, type Place, shards } from "./fan-out.js"
import { ownerName } from "./owner-file.js"

/** The files of the cache in one fan-out directory. */
export interface Listing {
  /** Entry files, live or not. */
  readonly entries: readonly Place[]
  /** The paths of locks and other working files; each before the one that it depends on. */
  readonly work: readonly string[]
}

/** Yields the entries of all fan-out directories, live or not. May miss those written meanwhile. */
export async function* allEntries(fanOut: FanOut): AsyncGenerator<Place> {
  for (const shard of shards) yield* (await listShard(fanOut, shard)).entries
}

/** Lists one fan-out directory, which holds about 1/256 of all entries. */
export async function listShard({ directory }: FanOut, shard: string): Promise<Listing> {
  const names = await namesIn(`${directory}/${shard}`)
  const pathOf = (name: string) => `${directory}/${shard}/${name}`
  return {
    entries: names.filter((name) => entryName.test(name)).map((name) => ({ shard, path: pathOf(name) })),
    work: names
      .filter((name) => workName.test(name))
      .sort((one, other) => other.length - one.length)
      .map(pathOf),
  }
}

/** Lists owner files. A running process creates its own again when needed. */
export async function listOwners({ directory }: FanOut): Promise<string[]> {
  const names = await namesIn(directory)
  return names.filter((name) => ownerName.test(name)).map((name) => `${directory}/${name}`)
}

/** The names in a directory, each once; none if it does not exist, or is a symbolic link. */
async function namesIn(directory: string): Promise<string[]> {
  if (!(await statsOf(directory))?.isDirectory()) return []
  try {
    // Some file systems list a file twice if it is replaced meanwhile.
    return [...new Set(await readdir(directory))]
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error
    return []
  }
}
