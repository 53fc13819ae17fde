import { readdir } from "node:fs/promises"
import { statsOf } from "./disk.js"
import { workName } from "./entry-lock.js"
import { codeOf } from "./error-code.js"
import { entryName, type FanOut, type Place, shards } from "./fan-out.js"
import { ownerName } from "./owner-file.js"

/** What belongs to the cache in one fan-out directory. */
export interface Listing {
  /** The files of entries, live or not. */
  readonly entries: readonly Place[]
  /** The paths of locks and other working files, those that hang on another one before it. */
  readonly work: readonly string[]
}

/** The entries in all fan-out directories, live or not. Those that are written meanwhile may be missed. */
export async function* allEntries(fanOut: FanOut): AsyncGenerator<Place> {
  for (const shard of shards) yield* (await listShard(fanOut, shard)).entries
}

/** Lists one fan-out directory, which has a 256th of all entries. */
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

/** The files that name owners of locks. A running process makes its own again when it needs it. */
export async function listOwners({ directory }: FanOut): Promise<string[]> {
  const names = await namesIn(directory)
  return names.filter((name) => ownerName.test(name)).map((name) => `${directory}/${name}`)
}

/** The names in a directory, each once; none when there is no directory, or a link to one. */
async function namesIn(directory: string): Promise<string[]> {
  if (!(await statsOf(directory))?.isDirectory()) return []
  try {
    // Some file systems list a file twice that is replaced meanwhile.
    return [...new Set(await readdir(directory))]
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error
    return []
  }
}
