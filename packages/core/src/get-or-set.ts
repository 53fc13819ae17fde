import type { Backend, Milliseconds } from "./backend.js"
import type { Calls, Work } from "./calls.js"
import type { Flight, SingleFlight } from "./single-flight.js"
import type { StoredValues } from "./stored-values.js"
import { NOT_KEPT } from "./timeout.js"
import type { Operation } from "./tracing.js"

/** What a producer may use. */
export interface ProducerContext {
  /** The key as the caller wrote it. */
  readonly key: string
  /** Aborted when every caller that waited for the value has given up. */
  readonly signal: AbortSignal
}

/** Computes a value that is not in the cache. `undefined`: there is none, and nothing is stored. */
export type Producer<Value> = (context: ProducerContext) => Value | PromiseLike<Value>

/** The parts of a cache that computing a value needs. */
export interface FillParts {
  readonly backend: Backend<unknown>
  readonly calls: Calls
  readonly values: StoredValues
  readonly flights: SingleFlight<Filled>
}

export interface FillRequest {
  readonly key: string
  readonly finalKey: string
  readonly ttl: Milliseconds | undefined
  readonly produce: Producer<unknown>
  readonly signal: AbortSignal | undefined
}

/** What one flight brought, for all its callers. */
export interface Filled {
  /** Whether the entry was there already. */
  readonly hit: boolean
  /** A value for one caller, decoded for it alone. */
  take(): unknown
}

/**
 * The value of the entry, else what the producer gives, which is then stored. All callers of one key in this process
 * share one read and one producer. Each gets what a later hit would give, decoded for itself.
 */
export function getOrSet(parts: FillParts, request: FillRequest): Promise<unknown> {
  const { key, finalKey, signal } = request
  return parts.calls.trace("getOrSet", [key], async (operation) => {
    const filled = await parts.flights.join(finalKey, (flight) => fill(parts, request, flight, operation), signal)
    if (operation !== undefined) operation.hits = [filled.hit]
    return filled.take()
  })
}

async function fill(
  parts: FillParts,
  request: FillRequest,
  flight: Flight,
  operation: Operation | undefined,
): Promise<Filled> {
  const { key, ttl, produce } = request
  const found = await read(parts, request, operation)
  if (found.hit) return found
  const start = performance.now()
  const context = {
    key,
    get signal() {
      return flight.signal
    },
  }
  const value = await produce(context)
  if (operation !== undefined) operation.producer = performance.now() - start
  if (value === undefined) return { hit: false, take: () => undefined }
  const stored = parts.values.encode(key, value)
  if (ttl !== NOT_KEPT && flight.current) {
    const storing = store(parts, request, stored, found.unreadable, operation)
    flight.storing(storing)
    if (!(await storing)) {
      // Somebody wrote the entry meanwhile: theirs is newer.
      const theirs = await read(parts, request, operation)
      if (theirs.hit) return theirs
    }
  }
  return { hit: false, take: () => parts.values.decode(key, stored) }
}

/** `unreadable`: there is an entry, but nothing that can be decoded. */
function read(
  { backend, calls, values }: FillParts,
  { key, finalKey }: FillRequest,
  parent: Operation | undefined,
): Promise<Filled & { readonly unreadable: boolean }> {
  const miss = { hit: false, unreadable: false, take: () => undefined }
  const work: Work<Filled & { readonly unreadable: boolean }> = async (operation) => {
    const stored = await backend.get(finalKey)
    let decoded = values.decode(key, stored, operation)
    if (operation !== undefined) values.noteRead(operation, [decoded !== undefined], [stored])
    if (decoded === undefined) return { ...miss, unreadable: stored !== undefined }
    const take = (): unknown => {
      const value = decoded ?? values.decode(key, stored)
      decoded = undefined
      return value
    }
    return { hit: true, unreadable: false, take }
  }
  return calls.runOr(miss, "get", [key], work, parent)
}

/** False when another live entry came first. */
function store(
  { backend, calls, values }: FillParts,
  { key, finalKey, ttl }: FillRequest,
  stored: unknown,
  replace: boolean,
  parent: Operation | undefined,
): Promise<boolean> {
  const add = replace ? undefined : backend.add?.bind(backend)
  const work: Work<boolean> = async (operation) => {
    if (operation !== undefined) values.noteWrite(operation, ttl, [stored])
    if (add !== undefined) return add(finalKey, stored, ttl)
    await backend.set(finalKey, stored, ttl)
    return true
  }
  return calls.runOr(true, add === undefined ? "set" : "add", [key], work, parent)
}
