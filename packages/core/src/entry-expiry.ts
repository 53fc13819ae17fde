import type { Backend, Milliseconds } from "./backend.js"
import type { Entries, Reading } from "./entries.js"
import { guardedTtl } from "./tokens.js"

/** A compare-and-set may lose against another; after so many the entry is written all the time. */
const TOUCH_ATTEMPTS = 4

interface ExpiryParts {
  readonly backend: Backend<unknown>
  readonly entries: Entries
}

/** Gives a live entry a new expiry. What is stale or dead is none, although the store has something there. */
export async function touchEntry(
  { backend, entries }: ExpiryParts,
  touch: NonNullable<Backend<unknown>["touch"]>,
  finalKey: string,
  ttl: Milliseconds | undefined,
): Promise<boolean> {
  // Side by side, since hardly any entry has more than the store knows of.
  const [touched, found] = await Promise.all([
    touch.call(backend, finalKey, ttl),
    entries.inspect(finalKey, undefined, true),
  ])
  if (!touched || isPlain(found)) return touched
  let reading = found
  for (let attempt = 0; attempt < TOUCH_ATTEMPTS && reading.state === "fresh"; attempt++) {
    const { header } = reading
    const kept = header.guards === undefined ? ttl : guardedTtl(ttl)
    if (header.freshUntil === undefined) return touch.call(backend, finalKey, kept)
    // How long it is stale stays as it was; what never expires is never stale.
    const staleFor = (header.keptUntil ?? header.freshUntil) - header.freshUntil
    const { freshUntil: _fresh, keptUntil: _kept, ...lasting } = header
    const keptFor = kept === undefined ? undefined : kept + staleFor
    const times = kept === undefined ? {} : { freshUntil: Date.now() + kept, keptUntil: Date.now() + kept + staleFor }
    const stored = entries.pack(finalKey, reading.payload, { ...lasting, ...times })
    if (await entries.replace(finalKey, reading.stored, stored, keptFor)) return true
    reading = await entries.inspect(finalKey, undefined)
  }
  return false
}

/** The time that a live entry has left; `null` for ever, `undefined` when there is none. */
export async function ttlOfEntry(
  { backend, entries }: ExpiryParts,
  ttl: NonNullable<Backend<unknown>["ttl"]>,
  finalKey: string,
): Promise<Milliseconds | null | undefined> {
  const [kept, found] = await Promise.all([ttl.call(backend, finalKey), entries.inspect(finalKey, undefined, true)])
  if (kept === undefined || isPlain(found)) return kept
  if (found.state !== "fresh") return undefined
  const { freshUntil } = found.header
  return freshUntil === undefined ? kept : Math.max(0, freshUntil - Date.now())
}

/** Whether the store knows all of it. An entry that came or went between the two calls counts as what the store says. */
function isPlain({ state, header }: Reading): boolean {
  return state === "absent" || (state === "fresh" && Object.keys(header).length === 0)
}
