import { ProducerTimeoutError } from "./errors.js"
import {
  claimLease,
  type Filled,
  type FillParts,
  type FillRequest,
  type Found,
  foundIn,
  nothingFound,
  produceAndStore,
  read,
} from "./fill.js"
import { verdictOn } from "./freshness.js"
import type { Flight } from "./single-flight.js"
import { type Operation, operations } from "./tracing.js"
import { within } from "./within.js"

/** How long a process waits before it looks again whether another has brought the value: at first, and at most. */
const SHORTEST_WAIT = 25
const LONGEST_WAIT = 250

/**
 * The value of the entry, else what the producer gives, which is then stored. All callers of one key in this process
 * share one producer. Each gets what a later hit would give, decoded for itself.
 */
export function getOrSet(parts: FillParts, request: FillRequest): Promise<unknown> {
  const mayBeThere = request.found === undefined && !parts.flights.has(request.finalKey)
  return mayBeThere && !operations.hasSubscribers ? getElseShare(parts, request) : share(parts, request)
}

/**
 * A hit costs what a `get` costs: there is nothing to share. In a namespace it is an answer only if the generation proves
 * to be the current one, which whoever asked for it sees to.
 */
async function getElseShare(parts: FillParts, request: FillRequest): Promise<unknown> {
  const { backend, calls, entries, flights, values } = parts
  const { key, finalKey, policy } = request
  const { landed } = flights
  const inNamespace = request.confirmed !== undefined
  let found: Found
  try {
    calls.admit("get")
    const plain = !inNamespace && entries.isPlainRead(finalKey)
    const stored = plain ? await calls.bounded("get", backend.get(finalKey)) : undefined
    if (plain && stored !== undefined && entries.isPlain(stored)) {
      const value = values.decode(key, stored)
      calls.answered()
      if (value !== undefined) return value
    }
    const reading = plain
      ? entries.judge(finalKey, stored, undefined)
      : entries.inspect(finalKey, undefined, inNamespace)
    found = foundIn(await calls.bounded("get", reading), key, values)
    calls.answered()
    if (verdictOn(found.reading, policy, Date.now()) === "give") return found.take()
  } catch (cause) {
    calls.orElse(undefined, calls.failure("get", [key], cause))
    return share(parts, { ...request, found: nothingFound })
  }
  // What landed meanwhile may be what this read missed.
  return share(parts, flights.landed === landed ? { ...request, found } : request)
}

function share(parts: FillParts, request: FillRequest): Promise<unknown> {
  const { key, finalKey, signal, tags } = request
  return parts.calls.trace("getOrSet", [key], async (operation) => {
    const work = (flight: Flight): Promise<Filled> => fill(parts, request, flight, operation)
    const filled = await parts.flights.join(finalKey, work, { signal, tagged: tags !== undefined })
    if (operation !== undefined) {
      operation.hits = [filled.hit]
      if (filled.stale) operation.stale = true
    }
    return filled.take()
  })
}

async function fill(
  parts: FillParts,
  request: FillRequest,
  flight: Flight,
  operation: Operation | undefined,
): Promise<Filled> {
  const found = request.found ?? (await read(parts, request, operation))
  switch (verdictOn(found.reading, request.policy, Date.now())) {
    case "give":
      return found
    case "refresh":
      refresh(parts, request, found)
      return found
    case "fallBack":
      return refreshOrFallBack(parts, request, flight, found, operation)
    case "compute":
      return compute(parts, request, flight, found, operation)
  }
}

/** In the background: the callers have a value. What goes wrong is traced; the next caller tries again. */
function refresh(parts: FillParts, request: FillRequest, found: Found): void {
  const work = (flight: Flight): Promise<Filled> =>
    parts.calls.trace("refresh", [request.key], (operation) => compute(parts, request, flight, found, operation))
  parts.refreshes.start(request.finalKey, work, { tagged: request.tags !== undefined })
}

async function refreshOrFallBack(
  parts: FillParts,
  request: FillRequest,
  flight: Flight,
  found: Found,
  operation: Operation | undefined,
): Promise<Filled> {
  const work = (refreshing: Flight): Promise<Filled> => compute(parts, request, refreshing, found, operation)
  const refreshed = parts.refreshes.join(request.finalKey, work, { tagged: request.tags !== undefined, waiter: flight })
  const { timeoutSoft } = request.policy
  try {
    return await (timeoutSoft === undefined ? refreshed : within(refreshed, timeoutSoft, () => found))
  } catch {
    return found
  }
}

/** Bounded by `timeoutHard`. What the producer brings later is stored all the same. */
function compute(
  parts: FillParts,
  request: FillRequest,
  flight: Flight,
  found: Found,
  operation: Operation | undefined,
): Promise<Filled> {
  const { lock, timeoutHard } = request.policy
  const work =
    lock === undefined || found.storeFailed
      ? produceAndStore(parts, request, flight, found, undefined, operation)
      : computeOnce(parts, request, lock, flight, found, operation)
  if (timeoutHard === undefined) return work
  flight.outliving(work)
  return within(work, timeoutHard, () => {
    const error = new ProducerTimeoutError(request.key, timeoutHard)
    flight.abandon(error)
    throw error
  })
}

/** Computes under the lease, or waits for whoever has it. */
async function computeOnce(
  parts: FillParts,
  request: FillRequest,
  { lease: duration, wait }: NonNullable<FillRequest["policy"]["lock"]>,
  flight: Flight,
  first: Found,
  operation: Operation | undefined,
): Promise<Filled> {
  const giveUp = Date.now() + wait
  let found = first
  for (let pause = SHORTEST_WAIT; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
    const lease = await claimLease(parts, request, found.reading, duration, operation)
    if (lease === "unavailable") {
      return produceAndStore(parts, request, flight, { ...found, storeFailed: true }, undefined, operation)
    }
    if (lease !== undefined) return produceAndStore(parts, request, flight, found, lease, operation)
    // Whoever has the lease brings a new value; until then the old one will do.
    if (found.stale) return found
    if (Date.now() >= giveUp)
      return produceAndStore(parts, withoutStoring(request), flight, found, undefined, operation)
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
    found = await read(parts, request, operation)
    if (found.storeFailed) return produceAndStore(parts, request, flight, found, undefined, operation)
    if (verdictOn(found.reading, request.policy, Date.now()) === "give") return found
  }
}

/** The value may be older than that of the process which holds the lease. */
function withoutStoring(request: FillRequest): FillRequest {
  return {
    ...request,
    produce: (context) => {
      const value = request.produce(context)
      context.skip()
      return value
    },
  }
}
