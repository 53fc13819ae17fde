import { setImmediate as nextTurn } from "node:timers/promises"
import { chunksOf, mapInChunks } from "./chunks.js"
import type { EntryFiles } from "./entry-files.js"
import { allEntries } from "./walk.js"

const atOnce = 16

/** Yields the keys of live entries that start with `prefix`, each once. */
export async function* liveKeys(files: EntryFiles, prefix: string, now: () => number): AsyncGenerator<string> {
  for await (const places of chunksOf(allEntries(files.fanOut), atOnce)) {
    await nextTurn()
    for (const head of await Promise.all(places.map((place) => files.readHead(place)))) {
      if (head?.key?.startsWith(prefix) && now() < head.expiresAt) yield head.key
    }
  }
}

/** Removes every entry whose key starts with `prefix`, and all spare files. */
export async function clearPrefix(files: EntryFiles, prefix: string): Promise<void> {
  await mapInChunks(allEntries(files.fanOut), atOnce, async (place) => {
    const head = await files.readHead(place)
    if (head?.key?.startsWith(prefix)) await files.remove(place, async () => true)
  })
  await files.clearSpares()
}
