import type { BackendStats } from "@larder/core"
import { mapInChunks } from "./chunks.js"
import type { EntryFiles } from "./entry-files.js"
import { allEntries } from "./walk.js"

/** Counts entry files and their bytes, including expired ones that have not been removed. */
export async function measure(files: EntryFiles): Promise<Required<Pick<BackendStats, "entries" | "bytes">>> {
  let entries = 0
  let bytes = 0
  await mapInChunks(allEntries(files.fanOut), 16, async (place) => {
    const stats = await files.readStats(place)
    if (!stats?.isFile()) return
    entries += 1
    bytes += stats.size
  })
  return { entries, bytes }
}
