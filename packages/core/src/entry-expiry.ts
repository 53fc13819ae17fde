import type { Backend, Milliseconds } from "./backend.js"
import type { Calls } from "./calls.js"
import type { Entries, Reading } from "./entries.js"
import { guardedTtl } from "./tokens.js"
import type { Operation } from "./tracing.js"

/** A compare-and-set may lose to another write; gives up after this many attempts. */
const TOUCH_ATTEMPTS = 4

interface ExpiryParts {
  readonly backend: Backend<unknown>
  readonly entries: Entries
}

/** Gives a live entry a new expiry. Stale and dead entries do not count, although the store has them. */
export async function touchEntry(
  { backend, entries }: ExpiryParts,
  touch: NonNullable<Backend<unknown>["touch"]>,
  finalKey: string,
  ttl: Milliseconds | undefined,
): Promise<boolean> {
  // In parallel, since few entries have an envelope.
  const [touched, found] = await Promise.all([
    touch.call(backend, finalKey, ttl),
    entries.inspect(finalKey, undefined, true),
  ])
  if (!touched || isPlain(found)) return touched
  if (found.state !== "fresh") await restoreExpiry(backend, finalKey, found)
  let reading = found
  for (let attempt = 0; attempt < TOUCH_ATTEMPTS && reading.state === "fresh"; attempt++) {
    const { header } = reading
    const kept = header.guards === undefined ? ttl : guardedTtl(ttl)
    if (header.freshUntil === undefined) return touch.call(backend, finalKey, kept)
    // The stale period keeps its length; an entry that never expires is never stale, and needs no header.
    const staleFor = (header.keptUntil ?? header.freshUntil) - header.freshUntil
    const keptFor = kept === undefined ? undefined : kept + staleFor
    const keptUntil = keptFor === undefined ? undefined : Date.now() + keptFor
    const moved = keptUntil === undefined ? undefined : { ...header, freshUntil: keptUntil - staleFor, keptUntil }
    const stored = entries.pack(finalKey, reading.payload, moved)
    if (await entries.replace(finalKey, reading.stored, stored, keptFor)) return true
    reading = await entries.inspect(finalKey, undefined)
  }
  return false
}

/**
 * An entry that is not alive leaves the store when it would have without the touch, which might have made it stay for ever.
 * One that cannot be read is left alone: other processes may be able to.
 */
async function restoreExpiry(
  backend: Backend<unknown>,
  finalKey: string,
  { header: { guards, keptUntil, leaseUntil }, stored }: Reading,
): Promise<void> {
  const now = Date.now()
  const until = keptUntil ?? leaseUntil ?? (guards && now)
  if (until !== undefined) await backend.replaceIfEqual?.(finalKey, stored, stored, Math.max(1, until - now))
}

/** The time left of a live entry; `null`: it never expires; `undefined`: there is none. */
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

/** Adds the keys of a traced read, and a way to query the time left of its entries. */
export function noteEntries(
  { backend, calls, entries }: ExpiryParts & { readonly calls: Calls },
  operation: Operation,
  finalKeys: readonly string[],
): void {
  const { ttl } = backend
  operation.finalKeys = finalKeys
  if (ttl === undefined) return
  operation.timeLeft = (finalKey) =>
    calls.attempt(
      "ttl",
      () => ttlOfEntry({ backend, entries }, ttl, finalKey),
      (left) => {
        calls.answered()
        return left
      },
      (cause) => {
        calls.failure("ttl", [finalKey], cause)
        return undefined
      },
    )
}

/** Whether the store's result is enough. An entry written or removed between the two calls counts as the store says. */
function isPlain({ state, header }: Reading): boolean {
  return state === "absent" || (state === "fresh" && Object.keys(header).length === 0)
}
