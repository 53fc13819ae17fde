import type { Milliseconds } from "./backend.js"
import { deleteMany, setMany } from "./batches.js"
import type { CacheParts } from "./cache-parts.js"
import type { KeyVersionOptions } from "./call-options.js"
import type { EntryWrites } from "./entry-writes.js"
import type { EnvelopeHeader } from "./envelope.js"
import type { TagSnapshot, Tags } from "./tags.js"
import { NOT_KEPT } from "./timeout.js"
import type { Operation } from "./tracing.js"

/** How long values are kept, and what they depend on. */
export interface Keeping {
  readonly ttl: Milliseconds | undefined
  readonly tags: readonly string[]
  /** The tags of the view's namespace. */
  readonly tagSpace: Tags
  /** Absent: the current state of the tags is used. */
  readonly snapshot: TagSnapshot | undefined
}

/** Stores a value, or removes the entry if it is not to be kept. Throws for what cannot be stored. */
export function storeOne(
  { backend, calls, entries, values }: CacheParts,
  writes: EntryWrites,
  key: string,
  value: unknown,
  options: KeyVersionOptions,
  keeping: Keeping,
): Promise<void> {
  const { ttl, tags } = keeping
  const payload = values.encode(key, value)
  const store = (finalKey: string, operation: Operation | undefined, header?: EnvelopeHeader): Promise<void> => {
    const stored = entries.pack(finalKey, payload, header)
    if (operation !== undefined) values.noteWrite(operation, ttl, [stored])
    return ttl === NOT_KEPT ? backend.delete(finalKey).then(() => undefined) : backend.set(finalKey, stored, ttl)
  }
  const storeTagged = async (finalKey: string, operation: Operation | undefined): Promise<void> => {
    const header = await headerOf(keeping)
    if (header !== "outdated") await store(finalKey, operation, header)
  }
  const work = tags.length === 0 ? store : storeTagged
  return writes.write("set", key, options, "overwrite", work, (error) => calls.orElse(undefined, error))
}

/** Stores values, or none if one of them cannot be. Resolves with the keys that the store failed to store. */
export async function storeMany(
  { backend, calls, entries, values }: CacheParts,
  writes: EntryWrites,
  pairs: Iterable<readonly [string, unknown]>,
  version: number,
  keeping: Keeping,
): Promise<string[]> {
  const { ttl, tags } = keeping
  const payloads: unknown[] = []
  const names: string[] = []
  for (const [key, value] of pairs) {
    names.push(key)
    payloads.push(values.encode(key, value))
  }
  const store = async (finalKeys: readonly string[], operation: Operation | undefined): Promise<void> => {
    const header = tags.length === 0 ? undefined : await headerOf(keeping)
    if (header === "outdated") return
    // By final key: if two keys share one, the last value wins, as in single calls.
    const batch = new Map<string, unknown>()
    for (const [index, finalKey] of finalKeys.entries()) {
      batch.set(finalKey, entries.pack(finalKey, payloads[index], header))
    }
    if (operation !== undefined) values.noteWrite(operation, ttl, batch.values())
    if (ttl === NOT_KEPT) await deleteMany(backend, [...batch.keys()])
    else
      await setMany(
        backend,
        [...batch].map(([key, value]) => ({ key, value })),
        ttl,
      )
  }
  try {
    await writes.writeMany("setMany", names, version, "overwrite", store)
    return []
  } catch (error) {
    return calls.orElse(names, error)
  }
}

/** `"outdated"`: a tag was invalidated since the snapshot. */
async function headerOf({ tags, tagSpace, snapshot }: Keeping): Promise<EnvelopeHeader | "outdated"> {
  const guards = await tagSpace.guards(tags, snapshot)
  return guards === undefined ? "outdated" : { guards }
}
