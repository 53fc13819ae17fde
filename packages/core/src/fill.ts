import type { Backend, CopyingBackend, Milliseconds } from "./backend.js"
import type { Calls, Work } from "./calls.js"
import { absent, type Entries, type Reading } from "./entries.js"
import type { EntryAccess } from "./entry-access.js"
import { timesOf } from "./freshness.js"
import type { Keys } from "./keys.js"
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
  /** Whether the backend tells some entries in the same turn. */
  readonly answersAtOnce: boolean
  readonly calls: Calls
  readonly entries: Entries
  readonly keys: Keys
  readonly values: StoredValues
  readonly underway: Underway
}

/** The view of the cache that a call was made of. */
export interface FillView {
  readonly access: EntryAccess
  /** What tags mean in it. */
  readonly tagSpace: Tags
  /** Its entries are not kept for ever: nobody can reach them when their namespace was cleared. */
  readonly inNamespace: boolean
}

/** What a caller says. */
export interface FillCall {
  readonly key: string
  readonly version: number
  readonly ttl: Milliseconds | undefined
  /** Absent: the entry has none, and its producer cannot learn any. */
  readonly tags: readonly string[] | undefined
  readonly policy: RefreshPolicy
  readonly produce: Producer<unknown>
  readonly signal: AbortSignal | undefined
  readonly view: FillView
}

export interface FillRequest extends FillCall {
  readonly finalKey: string
  /** What was just read, where that was nothing to give at once. */
  readonly found: Found | undefined
}

/** What one flight brought, for all its callers. */
export interface Filled {
  /** Whether the entry was there already. */
  readonly hit: boolean
  /** Whether its time was over. */
  readonly stale: boolean
  /** A value for one caller, decoded for it alone. */
  take(): unknown
}

export interface Found extends Filled {
  readonly reading: Reading
  /** The store failed: the value is computed without asking it for anything more, and not stored. */
  readonly storeFailed: boolean
}

/** A value in the making. */
export interface Making {
  readonly parts: FillParts
  readonly request: FillRequest
  readonly flight: Flight
  /** What there was when it began. */
  readonly found: Found
  readonly operation: Operation | undefined
}

/** What there is when nothing is stored. */
export const notThere: Found = {
  hit: false,
  stale: false,
  take: () => undefined,
  reading: absent,
  storeFailed: false,
}

/** What there is when the store fails. */
export const unavailable: Found = { ...notThere, storeFailed: true }

/** What there is under a generation that is no longer that of the namespace. */
export const outOfReach: Found = { ...notThere }

/** What a flight finds when it reads the entry itself. A store that fails has none. */
export function readAgain(
  parts: FillParts,
  { key, finalKey }: FillRequest,
  flight: Flight,
  parent: Operation | undefined,
): Promise<Found> {
  const { calls, entries } = parts
  // It may be an entry with tags, which the flight may bring.
  flight.tagged = true
  const work: Work<Found> = async (operation) =>
    foundIn(parts, key, await entries.inspect(finalKey, operation), operation)
  return calls.runOr(unavailable, "get", [key], work, parent)
}

/** The value of a reading, for several callers. One that cannot be decoded is none. */
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

/** Runs the producer and stores what it brings over what was found. */
export async function produceAndStore(
  { parts, request, flight, found, operation }: Making,
  lease: Lease | undefined,
): Promise<Filled> {
  const { calls, values } = parts
  const { key } = request
  const giveBack = async (): Promise<void> => {
    // A lease that cannot be given back runs out by itself.
    if (lease !== undefined) await calls.run("lock", [key], () => lease.release(), operation).catch(() => undefined)
  }
  try {
    // Before the producer reads what the tags stand for: an invalidation from then on is seen.
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
    // Somebody wrote the entry meanwhile: theirs is newer.
    const theirs = await readAgain(parts, request, flight, operation)
    return theirs.hit && !theirs.stale ? theirs : filled
  } catch (error) {
    await giveBack()
    throw error
  }
}

/** What the tags stand for now; `"unknown"` when the store does not tell, and nothing is to be stored. */
export async function snapshotOf(
  { calls }: FillParts,
  { tags, view: { tagSpace } }: Pick<FillCall, "tags" | "view">,
  operation: Operation | undefined,
): Promise<TagSnapshot | "unknown" | undefined> {
  if (tags === undefined) return undefined
  return calls.runOr<TagSnapshot | "unknown">("unknown", "snapshotTags", tags, () => tagSpace.snapshot(tags), operation)
}

/** What a producer made. */
interface Made {
  readonly value: unknown
  readonly cost: Milliseconds
  /** What else it decided. */
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

/** `undefined` when nothing is: the producer says so, or one of the tags may have been invalidated. */
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

/** False when another live entry came first. A store that fails has taken it, as far as the callers are concerned. */
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

/** False when another live entry came first. */
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

/** `undefined` when somebody else has the lease; `"unavailable"` when the store does not answer. */
export function claimLease(
  { backend, calls, entries }: FillParts,
  { key, finalKey }: FillRequest,
  found: Reading,
  duration: Milliseconds,
  operation: Operation | undefined,
): Promise<Lease | undefined | "unavailable"> {
  return calls.runOr<Lease | undefined | "unavailable">(
    "unavailable",
    "lock",
    [key],
    () => Lease.claim({ backend, entries }, finalKey, found, duration),
    operation,
  )
}
