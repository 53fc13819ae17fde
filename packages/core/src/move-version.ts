import type { Backend, Milliseconds } from "./backend.js"
import type { Entries } from "./entries.js"
import { NOT_KEPT } from "./timeout.js"
import { guardedTtl } from "./tokens.js"

interface MoveParts {
  readonly backend: Backend<unknown>
  readonly entries: Entries
}

/** Moves a live entry, with its tags, and with its expiry if the backend has `ttl`, else `otherwise`; false if there is none. */
export async function moveVersion(
  { backend, entries }: MoveParts,
  source: string,
  target: string,
  otherwise: Milliseconds | undefined,
): Promise<boolean> {
  const { state, payload, header } = await entries.inspect(source, undefined)
  const left = backend.ttl === undefined ? (otherwise ?? null) : await backend.ttl(source)
  if (state !== "fresh" || left === undefined) return false
  if (source === target) return true
  const stored = entries.pack(target, payload, Object.keys(header).length === 0 ? undefined : header)
  // A store whose clock counts fractions of a millisecond may return them.
  const ttl = left === null ? undefined : Math.ceil(left)
  if (left !== NOT_KEPT) await backend.set(target, stored, header.guards === undefined ? ttl : guardedTtl(ttl))
  await backend.delete(source)
  return true
}
