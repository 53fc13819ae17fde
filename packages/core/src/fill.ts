import type { Backend, CopyingBackend, Milliseconds } from "./backend.js"
import type { Calls, Work } from "./calls.js"
import { absent, type Entries, type Reading } from "./entries.js"
import type { EntryAccess } from "./entry-access.js"
import { noteEntries } from "./entry-expiry.js"
import { timesOf } from "./freshness.js"
import type { Keys } from "./keys.js"
import { granted } from "./late-grant.js"
import { Lease } from "./lease.js"
import { type Producer, Production } from "./producer.js"
import type { RefreshPolicy } from "./refresh-policy.js"
import type { Flight } from "./single-flight.js"
import type { StoredValues } from "./stored-values.js"
import type { TagSnapshot, Tags } from "./tags.js"
import { NOT_KEPT } from "./timeout.js"
import { guardedTtl } from "./tokens.js"
import type { Operation } from "./tracing.js"
import type { Underway } from "./underway.js"

/** The parts of a cache that computing a value needs. */
export interface FillParts {
  readonly backend: CopyingBackend
  /** Whether the backend can return some entries synchronously. */
  readonly answersAtOnce: boolean
  readonly calls: Calls
  readonly entries: Entries
  readonly keys: Keys
  readonly values: StoredValues
  readonly underway: Underway
}

/** The view of the cache that was called. */
export interface FillView {
  readonly access: EntryAccess
  /** The tags of its namespace. */
  readonly tagSpace: Tags
  /** Its entries must expire: they cannot be reached after the namespace is cleared. */
  readonly inNamespace: boolean
}

/** The arguments of a call. */
export interface FillCall {
  readonly key: string
  readonly version: number
  readonly ttl: Milliseconds | undefined
  /** Absent: the entry has none, and its producer cannot add any. */
  readonly tags: readonly string[] | undefined
  readonly policy: RefreshPolicy
  readonly produce: Producer<unknown>
  readonly signal: AbortSignal | undefined
  readonly view: FillView
}

export interface FillRequest extends FillCall {
  readonly finalKey: string
  /** What was just read, if it could not be returned at once. */
  readonly found: Found | undefined
}

/** The result of one flight, for all its callers. */
export interface Filled {
  /** Whether the entry was there already. */
  readonly hit: boolean
  /** Whether it is stale. */
  readonly stale: boolean
  /** Decodes the value for one caller. */
  take(): unknown
}

export interface Found extends Filled {
  readonly reading: Reading
  /** The store failed: the value is computed without calling it again, and not stored. */
  readonly storeFailed: boolean
}

/** A value being computed. */
export interface Making {
  readonly parts: FillParts
  readonly request: FillRequest
  readonly flight: Flight
  /** What was found when it began. */
  readonly found: Found
  readonly operation: Operation | undefined
}

/** There is no entry. */
export const notThere: Found = {
  hit: false,
  stale: false,
  take: () => undefined,
  reading: absent,
  storeFailed: false,
}

/** The store failed. */
export const unavailable: Found = { ...notThere, storeFailed: true }

/** The generation is no longer that of the namespace. */
export const outOfReach: Found = { ...notThere }

/** What a flight finds when it reads the entry itself. A store that fails has no entry. */
export function readAgain(
  parts: FillParts,
  { key, finalKey }: FillRequest,
  flight: Flight,
  parent: Operation | undefined,
): Promise<Found> {
  const { calls, entries } = parts
  // It may be an entry with tags, which the flight may return.
  flight.tagged = true
  const work: Work<Found> = async (operation) => {
    if (operation !== undefined) noteEntries(parts, operation, [finalKey])
    return foundIn(parts, key, await entries.inspect(finalKey, operation), operation)
  }
  return calls.runOr(unavailable, "get", [key], work, parent)
}

/** The value of a reading, for several callers. One that cannot be decoded counts as absent. */
export function foundIn(
  { values }: FillParts,
  key: string,
  reading: Reading,
  operation?: Operation | undefined,
): Found {
  const { payload, state, stored } = reading
  const hasValue = state === "fresh" || state === "stale"
  let decoded = hasValue ? values.decode(key, payload, operation) : undefined
  const hit = decoded !== undefined
  if (operation !== undefined) values.noteRead(operation, [hit && state === "fresh"], [stored])
  if (!hit) return { ...notThere, reading: hasValue ? { ...reading, state: "dead" } : reading }
  const take = (): unknown => {
    const value = decoded ?? values.decode(key, payload)
    decoded = undefined
    return value
  }
  return { hit, stale: state === "stale", take, reading, storeFailed: false }
}

/** Runs the producer and stores its value over what was found. */
export async function produceAndStore(
  { parts, request, flight, found, operation }: Making,
  lease: Lease | undefined,
): Promise<Filled> {
  const { calls, values } = parts
  const { key } = request
  const giveBack = async (): Promise<void> => {
    // A lease that cannot be released expires.
    if (lease !== undefined) await calls.run("lock", [key], () => lease.release(), operation).catch(() => undefined)
  }
  try {
    // All callers may have left while the lease was claimed.
    if (lease !== undefined) flight.signal.throwIfAborted()
    // Before the producer reads its data, so that any later invalidation is noticed.
    const snapshot = found.storeFailed ? "unknown" : await snapshotOf(parts, request, operation)
    if (snapshot !== "unknown") flight.snapshot = snapshot
    const made = await produce(request, flight, found)
    if (operation !== undefined) operation.producer = made.cost
    if (made.value === undefined) {
      await giveBack()
      return notThere
    }
    const payload = values.encode(key, made.value)
    const filled: Filled = { hit: false, stale: false, take: () => values.decode(key, payload) }
    const entry = snapshot === "unknown" ? undefined : await entryOf(parts, request, made, payload, snapshot, operation)
    if (entry === undefined || !flight.current) {
      await giveBack()
      return filled
    }
    const storing = store(parts, request, found, lease, entry, operation)
    flight.storing(storing)
    if (await storing) return filled
    // The entry was written meanwhile, and is newer.
    const theirs = await readAgain(parts, request, flight, operation)
    return theirs.hit && !theirs.stale ? theirs : filled
  } catch (error) {
    await giveBack()
    throw error
  }
}

/** The current state of the tags; `"unknown"` if the store fails, and nothing may be stored. */
export async function snapshotOf(
  { calls }: FillParts,
  { tags, view: { tagSpace } }: Pick<FillCall, "tags" | "view">,
  operation: Operation | undefined,
): Promise<TagSnapshot | "unknown" | undefined> {
  if (tags === undefined) return undefined
  return calls.runOr<TagSnapshot | "unknown">("unknown", "snapshotTags", tags, () => tagSpace.snapshot(tags), operation)
}

/** The result of a producer. */
interface Made {
  readonly value: unknown
  readonly cost: Milliseconds
  /** What else the producer decided. */
  readonly production: Production
}

async function produce(request: FillRequest, flight: Flight, found: Found): Promise<Made> {
  const production = new Production(
    request,
    () => flight.signal,
    () => (found.stale ? found.take() : undefined),
  )
  const start = performance.now()
  const value = await flight.produce(() => request.produce(production))
  return { value, cost: performance.now() - start, production }
}

/** What is to be stored. */
interface NewEntry {
  readonly stored: unknown
  readonly ttl: Milliseconds | undefined
}

/** `undefined` if nothing is: the producer said so, or one of the tags may have been invalidated. */
async function entryOf(
  { calls, entries }: FillParts,
  { finalKey, policy, view }: FillRequest,
  { cost, production }: Made,
  payload: unknown,
  snapshot: TagSnapshot | undefined,
  operation: Operation | undefined,
): Promise<NewEntry | undefined> {
  const { allTags, skipped, ttl } = production
  if (skipped || ttl === NOT_KEPT) return undefined
  const guards =
    allTags === undefined
      ? []
      : await calls.runOr(undefined, "snapshotTags", allTags, () => view.tagSpace.guards(allTags, snapshot), operation)
  if (guards === undefined) return undefined
  const { keptFor, header } = timesOf(ttl, policy, Date.now())
  const guarded = guards.length > 0
  const hasHeader = guarded || header !== undefined
  return {
    stored: entries.pack(finalKey, payload, hasHeader ? { ...header, ...(guarded && { guards }), cost } : undefined),
    ttl: guarded || view.inNamespace ? guardedTtl(keptFor) : keptFor,
  }
}

/** False if another live entry was stored first. If the store fails, callers get the value all the same. */
function store(
  { backend, calls, entries, values }: FillParts,
  { key, finalKey, view }: FillRequest,
  { reading }: Found,
  lease: Lease | undefined,
  { stored, ttl }: NewEntry,
  operation: Operation | undefined,
): Promise<boolean> {
  view.access.scope?.renew()
  const adds = lease === undefined && reading.state === "absent" && backend.add !== undefined
  const work: Work<boolean> = (traced) => {
    if (traced !== undefined) values.noteWrite(traced, ttl, [stored])
    if (lease !== undefined) return lease.store(stored, ttl)
    return storeOver(backend, entries, finalKey, reading, stored, ttl)
  }
  return calls.runOr(true, adds ? "add" : "set", [key], work, operation)
}

/** False if another live entry was stored first. */
async function storeOver(
  backend: Backend<unknown>,
  entries: Entries,
  finalKey: string,
  { state, stored: found }: Reading,
  stored: unknown,
  ttl: Milliseconds | undefined,
): Promise<boolean> {
  const { add, deleteIfEqual, replaceIfEqual } = backend
  if (state === "absent") {
    if (add !== undefined) return add.call(backend, finalKey, stored, ttl)
  } else if (replaceIfEqual !== undefined || (deleteIfEqual !== undefined && add !== undefined)) {
    return entries.replace(finalKey, found, stored, ttl)
  }
  await backend.set(finalKey, stored, ttl)
  return true
}

/** `undefined` if another process has the lease; `"unavailable"` if the store fails. */
export function claimLease(
  { backend, calls, entries }: FillParts,
  { key, finalKey }: FillRequest,
  found: Reading,
  duration: Milliseconds,
  operation: Operation | undefined,
): Promise<Lease | undefined | "unavailable"> {
  const claim = (): Promise<Lease | undefined> => Lease.claim({ backend, entries }, finalKey, found, duration)
  const lease = granted(calls, key, claim, (late) => late?.release(), operation)
  return lease.catch((error: unknown) => calls.orElse("unavailable", error))
}
