import { getAtOnce } from "./at-once.js"
import type { Reading } from "./entries.js"
import { noteEntries } from "./entry-expiry.js"
import { type FillCall, type Filled, type FillParts, type Found, foundIn, outOfReach, unavailable } from "./fill.js"
import { verdictOn } from "./freshness.js"
import { untilAborted } from "./on-abort.js"
import { currentFlight } from "./producing.js"
import type { Answers } from "./read-batch.js"
import type { Generation, Scope } from "./scopes.js"
import { refresh, share } from "./share.js"
import type { SharedRead } from "./shared-reads.js"
import { type Operation, operations } from "./tracing.js"

/**
 * The value of the entry, else that of the producer, which is then stored. All callers of one key in this process share one
 * read and one producer. Each gets what a later hit would return, decoded for itself.
 */
export function getOrSet(parts: FillParts, call: FillCall): Promise<unknown> {
  const value = operations.hasSubscribers
    ? parts.calls.trace("getOrSet", [call.key], (operation) => getElseShare(parts, call, operation))
    : getElseShare(parts, call, undefined)
  // Also while the store is read: not every store has a time limit.
  return call.signal === undefined ? value : untilAborted(call.signal, value)
}

function getElseShare(parts: FillParts, call: FillCall, operation: Operation | undefined): Promise<unknown> {
  const { flights, reads } = parts.underway
  const { access } = call.view
  const generation = access.scope?.known
  if (access.scope !== undefined && generation === undefined) {
    return given(shareInScope(parts, call, access.scope, operation), operation)
  }
  const finalKey = access.finalKey(call.key, call.version, generation?.id)
  if (operation !== undefined) noteEntries(parts, operation, [finalKey])
  // In a namespace, only a read can tell whether the generation is still current.
  if (generation === undefined && flights.has(finalKey)) {
    return given(share(parts, call, finalKey, undefined, operation), operation)
  }
  const joined = reads.get(finalKey)
  if (joined !== undefined) return given(foundOrFilled(parts, call, joined, operation), operation)
  if (operation === undefined) {
    const plain = generation === undefined && parts.entries.isPlainRead(finalKey)
    return plain ? givePlainly(parts, call, finalKey) : giveGuarded(parts, call, finalKey, generation)
  }
  const read = reads.begin(finalKey, flights.landed)
  read.generation = generation
  read.found = inspect(parts, call, read, operation)
  return given(foundElseShared(parts, call, read, operation), operation)
}

/** If the store, or a copy, has a value synchronously, there is nothing to share. */
function givePlainly(parts: FillParts, call: FillCall, finalKey: string): Promise<unknown> {
  const { backend, calls, entries, underway, values } = parts
  let stored: Promise<unknown>
  try {
    calls.admit("get")
    const answer = getAtOnce(backend, finalKey)
    const value = entries.isValue(finalKey, answer) ? values.decode(call.key, answer) : undefined
    if (value !== undefined) {
      calls.answered()
      return Promise.resolve(value)
    }
    // Without a copy, the store is called; a synchronous result of the store is final.
    stored = backend.getSync === undefined ? calls.bounded("get", backend.get(finalKey)) : Promise.resolve(answer)
  } catch (error) {
    stored = Promise.reject(error)
  }
  const read = underway.reads.begin(finalKey, underway.flights.landed)
  read.stored = stored
  return giveValue(parts, call, read)
}

/** The same for an entry that depends on tokens, which are read with it. */
function giveGuarded(
  parts: FillParts,
  call: FillCall,
  finalKey: string,
  generation: Generation | undefined,
): Promise<unknown> {
  const { calls, underway, values } = parts
  const { access } = call.view
  let answers: Promise<Answers>
  try {
    calls.admit("get")
    const told = parts.answersAtOnce ? access.inspectAtOnce(finalKey, generation) : undefined
    const value = isToBeGiven(told, call) ? values.decode(call.key, told.payload) : undefined
    if (value !== undefined) {
      calls.answered()
      return Promise.resolve(value)
    }
    answers = access.fetch(finalKey)
  } catch (error) {
    answers = Promise.reject(error)
  }
  const read = underway.reads.begin(finalKey, underway.flights.landed)
  read.generation = generation
  read.answers = answers
  return giveLive(parts, call, read)
}

/** Reads the entry, and what it is known to depend on, as an operation of its own. */
function inspect(
  parts: FillParts,
  { key, view: { access } }: FillCall,
  { finalKey, generation }: SharedRead,
  parent: Operation,
): Promise<Found> {
  const work = async (operation: Operation | undefined): Promise<Found> => {
    if (operation !== undefined) noteEntries(parts, operation, [finalKey])
    const reading = await access.judge(finalKey, generation, await access.fetch(finalKey), operation)
    return reading === undefined ? outOfReach : foundIn(parts, key, reading, operation)
  }
  return parts.calls.run("get", [key], work, parent)
}

/** Usually a hit: short, so that it costs no more than a `get`. */
async function giveValue(parts: FillParts, call: FillCall, read: SharedRead): Promise<unknown> {
  try {
    const stored = await read.stored
    if (parts.entries.isValue(read.finalKey, stored)) {
      parts.underway.reads.end(read)
      parts.calls.answered()
      const value = parts.values.decode(call.key, stored)
      if (value !== undefined) return value
    }
  } catch {
    // A failure is handled below, once for all callers.
  }
  return given(foundElseShared(parts, call, read, undefined), undefined)
}

/** The same for an entry that was read with its tokens. */
async function giveLive(parts: FillParts, call: FillCall, read: SharedRead): Promise<unknown> {
  try {
    const answers = await read.answers
    if (read.found === undefined && answers !== undefined) {
      const judged = call.view.access.judge(read.finalKey, read.generation, answers, undefined)
      if (isToBeGiven(judged, call)) {
        parts.underway.reads.end(read)
        parts.calls.answered()
        const value = parts.values.decode(call.key, judged.payload)
        if (value !== undefined) return value
      }
      read.found = foundBy(parts, call.key, judged)
    }
  } catch {
    // As above.
  }
  return given(foundElseShared(parts, call, read, undefined), undefined)
}

/** For a caller that joins a read: those that cannot leave early are handled as one. */
function foundOrFilled(
  parts: FillParts,
  call: FillCall,
  read: SharedRead,
  operation: Operation | undefined,
): Promise<Filled> {
  const isOneOfMany = operation === undefined && call.signal === undefined && currentFlight() === undefined
  if (!isOneOfMany || (read.filled !== undefined && read.policy !== call.policy)) {
    return foundElseShared(parts, call, read, operation)
  }
  read.policy = call.policy
  read.filled ??= foundElseShared(parts, call, read, undefined)
  return read.filled
}

/** What the read found, else the result of the flight that all callers share after a miss. */
async function foundElseShared(
  parts: FillParts,
  call: FillCall,
  read: SharedRead,
  operation: Operation | undefined,
): Promise<Filled> {
  const { flights, reads } = parts.underway
  const { scope } = call.view.access
  const { finalKey } = read
  let found: Found
  try {
    read.found ??= judge(parts, call, read)
    found = await read.found
  } catch (cause) {
    read.failure ??= parts.calls.failure("get", [call.key], cause)
    found = parts.calls.orElse(unavailable, read.failure)
  } finally {
    reads.end(read)
  }
  if (scope !== undefined && (found === outOfReach || found.storeFailed)) {
    return shareInScope(parts, call, scope, operation, found.storeFailed)
  }
  const verdict = verdictOn(found.reading, call.policy, Date.now())
  if (verdict === "give") return found
  // A flight that ended meanwhile may have stored what this read missed, and it did not see later writes.
  const outdated = !found.storeFailed && (!read.current || flights.landed !== read.landed)
  if (verdict === "refresh" && !outdated) {
    refresh(parts, { ...call, finalKey, found }, found)
    return found
  }
  return share(parts, call, finalKey, outdated ? undefined : found, operation)
}

/** What a read found, if it is more than a value to return. */
async function judge(parts: FillParts, { key, view: { access } }: FillCall, read: SharedRead): Promise<Found> {
  const { finalKey, stored, answers, generation } = read
  return answers === undefined
    ? foundBy(parts, key, parts.entries.judge(finalKey, await stored, undefined))
    : foundBy(parts, key, access.judge(finalKey, generation, await answers, undefined))
}

async function foundBy(parts: FillParts, key: string, judged: Judged): Promise<Found> {
  const reading = await judged
  parts.calls.answered()
  return reading === undefined ? outOfReach : foundIn(parts, key, reading)
}

/** `undefined`: its generation is no longer that of the namespace. */
type Judged = Reading | Promise<Reading> | undefined

function isToBeGiven(judged: Judged, { policy }: FillCall): judged is Reading {
  return judged !== undefined && !(judged instanceof Promise) && verdictOn(judged, policy, Date.now()) === "give"
}

/** In the generation that the store has now; if it fails, in one that no other process uses. */
async function shareInScope(
  parts: FillParts,
  call: FillCall,
  scope: Scope,
  operation: Operation | undefined,
  storeFailed = false,
): Promise<Filled> {
  const { key, version, view } = call
  const generation = storeFailed
    ? undefined
    : await parts.calls.runOr(undefined, "get", [key], () => scope.current("write"), operation)
  const finalKey = view.access.finalKey(key, version, generation ?? scope.nowhere)
  if (operation !== undefined) noteEntries(parts, operation, [finalKey])
  return share(parts, call, finalKey, generation === undefined ? unavailable : undefined, operation)
}

function given(filled: Promise<Filled>, operation: Operation | undefined): Promise<unknown> {
  return operation === undefined ? filled.then(take) : filled.then((one) => takeTraced(one, operation))
}

function take(filled: Filled): unknown {
  return filled.take()
}

function takeTraced(filled: Filled, operation: Operation): unknown {
  operation.hits = [filled.hit]
  if (filled.stale) operation.stale = true
  return filled.take()
}
