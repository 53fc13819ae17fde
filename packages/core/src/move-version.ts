import type { Backend, Milliseconds } from "./backend.js"
import type { Entries } from "./entries.js"
import { NOT_KEPT } from "./timeout.js"

interface MoveParts {
  readonly backend: Backend<unknown>
  readonly entries: Entries
  readonly defaultTtl: Milliseconds | undefined
}

/** Moves a live entry, with its tags, and with its expiry if the backend has `ttl`; false if there is none. */
export async function moveVersion(
  { backend, entries, defaultTtl }: MoveParts,
  source: string,
  target: string,
): Promise<boolean> {
  const { state, payload, header } = await entries.inspect(source, undefined)
  const left = backend.ttl === undefined ? (defaultTtl ?? null) : await backend.ttl(source)
  if (state !== "fresh" || left === undefined) return false
  if (source === target) return true
  const stored = entries.pack(target, payload, Object.keys(header).length === 0 ? undefined : header)
  if (left !== NOT_KEPT) await backend.set(target, stored, left ?? undefined)
  await backend.delete(source)
  return true
}
