import type { Backend, Milliseconds } from "./backend.js"
import type { Calls, Work } from "./calls.js"
import type { Entries, Reading } from "./entries.js"
import { timesOf } from "./freshness.js"
import type { Keys } from "./keys.js"
import { Lease } from "./lease.js"
import { type Producer, Production } from "./producer.js"
import type { RefreshPolicy } from "./refresh-policy.js"
import type { Flight, SingleFlight } from "./single-flight.js"
import type { StoredValues } from "./stored-values.js"
import type { TagSnapshot, Tags } from "./tags.js"
import { NOT_KEPT } from "./timeout.js"
import { guardedTtl } from "./tokens.js"
import type { Operation } from "./tracing.js"

/** The parts of a cache that computing a value needs. */
export interface FillParts {
  readonly backend: Backend<unknown>
  readonly calls: Calls
  readonly entries: Entries
  readonly keys: Keys
  readonly values: StoredValues
  /** Callers of a key share one. */
  readonly flights: SingleFlight<Filled>
  /** New values for keys that have one to give meanwhile. */
  readonly refreshes: SingleFlight<Filled>
}

export interface FillRequest {
  readonly key: string
  readonly finalKey: string
  readonly ttl: Milliseconds | undefined
  /** Absent: the entry has none, and its producer cannot learn any. */
  readonly tags: readonly string[] | undefined
  /** What `tags` mean. */
  readonly tagSpace: Tags
  readonly policy: RefreshPolicy
  readonly produce: Producer<unknown>
  readonly signal: AbortSignal | undefined
  /** For an entry in a namespace: whether `finalKey` is of its current generation. */
  readonly confirmed: Promise<boolean> | undefined
  /** Such an entry is not kept for ever: nobody can reach it when its namespace was cleared. */
  readonly inNamespace: boolean
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

/** Thrown when the namespace was cleared by somebody else: the caller begins again in the new generation. */
export class OutdatedGenerationError extends Error {}

const nothing: Filled = { hit: false, stale: false, take: () => undefined }

/** What there is when the store fails. */
export const nothingFound: Found = {
  ...nothing,
  reading: { state: "absent", stored: undefined, payload: undefined, header: {} },
  storeFailed: true,
}

/** Reads the entry. A store that fails has none. */
export function read(
  { calls, entries, values }: FillParts,
  { key, finalKey, confirmed }: FillRequest,
  parent: Operation | undefined,
): Promise<Found> {
  const work: Work<Found> = async (operation) => {
    const reading = await entries.inspect(finalKey, operation, confirmed !== undefined)
    const found = foundIn(reading, key, values, operation)
    if (operation !== undefined) values.noteRead(operation, [found.hit && !found.stale], [reading.stored])
    return found
  }
  return calls.runOr(nothingFound, "get", [key], work, parent)
}

/** The value of a reading, for several callers. One that cannot be decoded is none. */
export function foundIn(reading: Reading, key: string, values: StoredValues, operation?: Operation | undefined): Found {
  const { payload, state } = reading
  if (state !== "fresh" && state !== "stale") return { ...nothing, reading, storeFailed: false }
  let decoded = values.decode(key, payload, operation)
  if (decoded === undefined) return { ...nothing, reading: { ...reading, state: "dead" }, storeFailed: false }
  const take = (): unknown => {
    const value = decoded ?? values.decode(key, payload)
    decoded = undefined
    return value
  }
  return { hit: true, stale: state === "stale", take, reading, storeFailed: false }
}

/** Runs the producer and stores what it brings over what was found. */
export async function produceAndStore(
  parts: FillParts,
  request: FillRequest,
  flight: Flight,
  found: Found,
  lease: Lease | undefined,
  operation: Operation | undefined,
): Promise<Filled> {
  const { backend, calls, entries, values } = parts
  const { key, finalKey, tagSpace } = request
  const giveBack = async (): Promise<Filled> => {
    // A lease that cannot be given back runs out by itself.
    if (lease !== undefined) await calls.run("lock", [key], () => lease.release(), operation).catch(() => undefined)
    return nothing
  }
  try {
    // Before the producer reads what the tags stand for: an invalidation from then on is seen.
    const snapshot = found.storeFailed
      ? "unknown"
      : request.tags && (await snapshotOf(parts, request, request.tags, operation))
    if ((await request.confirmed) === false) throw new OutdatedGenerationError()
    const { value, cost, production } = await produce(request, flight, found)
    if (operation !== undefined) operation.producer = cost
    if (value === undefined) return await giveBack()
    const payload = values.encode(key, value)
    const filled: Filled = { hit: false, stale: false, take: () => values.decode(key, payload) }
    if (production.skipped || production.ttl === NOT_KEPT || snapshot === "unknown") {
      await giveBack()
      return filled
    }
    const tags = production.allTags
    const guards =
      tags === undefined
        ? undefined
        : await calls.runOr(undefined, "snapshotTags", tags, () => tagSpace.guards(tags, snapshot), operation)
    if (!flight.current || (tags !== undefined && guards === undefined)) {
      await giveBack()
      return filled
    }
    const { keptFor, header } = timesOf(production.ttl, request.policy, Date.now())
    const guarded = guards !== undefined && guards.length > 0
    const ttl = guarded || request.inNamespace ? guardedTtl(keptFor) : keptFor
    const stored = entries.pack(
      finalKey,
      payload,
      guarded || header !== undefined ? { ...header, ...(guarded && { guards }), cost } : undefined,
    )
    const storing = calls.runOr(
      true,
      lease === undefined && found.reading.state === "absent" && backend.add !== undefined ? "add" : "set",
      [key],
      (traced) => {
        if (traced !== undefined) values.noteWrite(traced, ttl, [stored])
        return lease === undefined
          ? storeOver(backend, entries, finalKey, found.reading, stored, ttl)
          : lease.store(stored, ttl)
      },
      operation,
    )
    flight.storing(storing)
    if (!(await storing)) {
      // Somebody wrote the entry meanwhile: theirs is newer.
      const theirs = await read(parts, request, operation)
      if (theirs.hit && !theirs.stale) return theirs
    }
    return filled
  } catch (error) {
    await giveBack()
    throw error
  }
}

/** What the tags stand for now; `"unknown"` when the store does not tell, and nothing is to be stored. */
function snapshotOf(
  { calls }: FillParts,
  { tagSpace }: FillRequest,
  tags: readonly string[],
  operation: Operation | undefined,
): Promise<TagSnapshot | "unknown"> {
  return calls.runOr<TagSnapshot | "unknown">("unknown", "snapshotTags", tags, () => tagSpace.snapshot(tags), operation)
}

async function produce(
  request: FillRequest,
  flight: Flight,
  found: Found,
): Promise<{ readonly value: unknown; readonly cost: Milliseconds; readonly production: Production }> {
  const production = new Production(
    request,
    () => flight.signal,
    () => (found.stale ? found.take() : undefined),
  )
  const start = performance.now()
  const value = await flight.produce(() => request.produce(production))
  return { value, cost: performance.now() - start, production }
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
  if (state === "absent") {
    if (backend.add !== undefined) return backend.add(finalKey, stored, ttl)
  } else if (backend.replaceIfEqual !== undefined) {
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
