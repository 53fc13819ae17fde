import type { Milliseconds } from "./backend.js"
import { setMany } from "./batches.js"
import { pairsOf, type Strings } from "./call-options.js"
import { describeValue } from "./describe-value.js"
import { noteEntries } from "./entry-expiry.js"
import type { Guard } from "./envelope.js"
import { type Filled, type FillParts, type FillView, notThere, snapshotOf } from "./fill.js"
import { liveValues } from "./live-values.js"
import { Production } from "./producer.js"
import type { Flight } from "./single-flight.js"
import type { TagSnapshot } from "./tags.js"
import { NOT_KEPT, type Timeout } from "./timeout.js"
import { guardedTtl } from "./tokens.js"
import type { Operation } from "./tracing.js"

/** What a producer of many values receives. Its methods throw a `TypeError` for a key that is not missing. */
export interface ManyProducerContext {
  /** Aborted when all callers that waited for any of the values have given up. */
  readonly signal: AbortSignal
  /** Sets how long the value of one key is kept, instead of the timeout of the call. */
  timeout(key: string, timeout: Timeout): void
  /** Adds tags of one key that only became known now. The call must have `tags`, which can be `[]`. */
  tags(key: string, tags: Strings): void
  /** The value of one key is returned to the callers but not stored. */
  skip(key: string): void
}

/** Computes the values of the keys that are not in the cache. Keys that it leaves out, or `undefined` values, are missing. */
export type ManyProducer<Value> = (
  missing: readonly string[],
  context: ManyProducerContext,
) => Values<Value> | PromiseLike<Values<Value>>

type Values<Value> = Readonly<Record<string, Value>> | Iterable<readonly [string, Value]>

export interface FillManyRequest {
  readonly names: readonly string[]
  /** In the order of the names. */
  readonly finalKeys: readonly string[]
  readonly ttl: Milliseconds | undefined
  readonly tags: readonly string[] | undefined
  readonly produce: ManyProducer<unknown>
  readonly signal: AbortSignal | undefined
  /** In a namespace: whether the final keys are of its current generation. */
  readonly confirmed: Promise<boolean> | undefined
  /** The store failed: the values are computed, and not stored. */
  readonly storeFailed: boolean
  readonly view: FillView
}

/** Thrown if another process cleared the namespace: the caller starts again in the new generation. */
class OutdatedGenerationError extends Error {}

/** A key that this call computes, its flight, which other callers of the key await, and what was decided for it. */
interface Missing {
  readonly key: string
  readonly finalKey: string
  readonly flight: Flight
  readonly production: Production
}

/** A value that the producer returned, encoded. */
interface Made extends Missing {
  readonly payload: unknown
}

/** A value to be stored, and its stored form. */
interface Write {
  readonly one: Made
  readonly value: unknown
}

/** One read for all keys, one call of the producer for the missing ones, one write. */
export function getOrSetMany(parts: FillParts, request: FillManyRequest): Promise<Map<string, unknown>> {
  return parts.calls.trace("getOrSetMany", request.names, (operation) => readElseCompute(parts, request, operation))
}

async function readElseCompute(
  parts: FillParts,
  request: FillManyRequest,
  operation: Operation | undefined,
): Promise<Map<string, unknown>> {
  const { names, finalKeys, signal, tags } = request
  if (operation !== undefined) noteEntries(parts, operation, finalKeys)
  const read = request.storeFailed ? undefined : await readMany(parts, request, operation)
  // It was read together with the entries, before anyone can join the flights that begin here.
  if ((await request.confirmed) === false) throw new OutdatedGenerationError()
  const missing: Missing[] = []
  let start = (_computed: Promise<ReadonlyMap<string, Filled>>): void => undefined
  const computed = new Promise<ReadonlyMap<string, Filled>>((resolve) => {
    start = resolve
  })
  const answers = names.map((key, index) => {
    const value = read?.get(key)
    if (value !== undefined) return { hit: true, stale: false, take: () => value }
    const finalKey = finalKeys[index] as string
    const work = async (flight: Flight): Promise<Filled> => {
      const production = new Production(
        { ...request, key },
        () => flight.signal,
        () => undefined,
      )
      missing.push({ key, finalKey, flight, production })
      return (await computed).get(key) ?? notThere
    }
    return parts.underway.flights.join(finalKey, work, { signal, tagged: tags !== undefined })
  })
  if (missing.length > 0) {
    start(computeMany(parts, { ...request, storeFailed: read === undefined }, missing, operation))
  }
  const filled = await Promise.all(answers)
  if (operation !== undefined) operation.hits = filled.map(({ hit }) => hit)
  const values = filled.map((one, index) => [names[index] as string, one.take()] as const)
  return new Map(values.filter(([, value]) => value !== undefined))
}

/** The values of live entries; `undefined` if the store fails. */
function readMany(
  parts: FillParts,
  { names, finalKeys, confirmed }: FillManyRequest,
  operation: Operation | undefined,
): Promise<ReadonlyMap<string, unknown> | undefined> {
  const keys = { names, finalKeys, batched: confirmed !== undefined }
  return parts.calls.runOr(undefined, "getMany", names, (traced) => liveValues(parts, keys, traced), operation)
}

async function computeMany(
  parts: FillParts,
  request: FillManyRequest,
  missing: readonly Missing[],
  operation: Operation | undefined,
): Promise<ReadonlyMap<string, Filled>> {
  const { values } = parts
  const snapshot = request.storeFailed ? "unknown" : await snapshotOf(parts, request, operation)
  const [first, ...others] = missing as readonly [Missing, ...Missing[]]
  if (snapshot && snapshot !== "unknown") for (const { flight } of missing) flight.snapshot = snapshot
  // One producer computes them all: each waits for what any of them waits for, so that a cycle is noticed.
  for (const { flight } of others) flight.waitFor(first.flight)
  const names = missing.map(({ key }) => key)
  const start = performance.now()
  const made = new Map(pairsOf(await first.flight.produce(() => request.produce(names, contextOf(missing)))))
  if (operation !== undefined) operation.producer = performance.now() - start
  const encoded = missing.flatMap((one): Made[] => {
    const value = made.get(one.key)
    return value === undefined ? [] : [{ ...one, payload: values.encode(one.key, value) }]
  })
  if (snapshot !== "unknown") await storeMade(parts, request, encoded, snapshot, operation)
  return new Map(
    encoded.map(({ key, payload }) => [key, { hit: false, stale: false, take: () => values.decode(key, payload) }]),
  )
}

function contextOf(missing: readonly Missing[]): ManyProducerContext {
  const productions = new Map(missing.map(({ key, production }) => [key, production]))
  const productionOf = (key: string): Production => {
    const production = productions.get(key)
    if (production !== undefined) return production
    throw new TypeError(`The producer was not asked for ${describeValue(key)}`)
  }
  let signal: AbortSignal | undefined
  return {
    get signal() {
      signal ??= onceAllAborted(missing.map(({ flight }) => flight.signal))
      return signal
    },
    timeout: (key, timeout) => productionOf(key).timeout(timeout),
    tags: (key, tags) => productionOf(key).tags(tags),
    skip: (key) => productionOf(key).skip(),
  }
}

/** Aborted when all of them are: somebody may still wait for the value of one. */
function onceAllAborted(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController()
  const check = (): void => {
    const waiting = signals.find(({ aborted }) => !aborted)
    if (waiting === undefined) controller.abort(signals[0]?.reason)
    else waiting.addEventListener("abort", check, { once: true })
  }
  check()
  return controller.signal
}

/** One write for all that have the same ttl. */
async function storeMade(
  parts: FillParts,
  request: FillManyRequest,
  made: readonly Made[],
  snapshot: TagSnapshot | undefined,
  operation: Operation | undefined,
): Promise<void> {
  const kept = made.filter(({ production }) => !production.skipped && production.ttl !== NOT_KEPT)
  const guardOf = await guardsOf(parts, request, kept, snapshot, operation)
  if (guardOf === undefined) return
  const batches = new Map<Milliseconds | undefined, Write[]>()
  for (const one of kept) {
    const { finalKey, flight, payload, production } = one
    if (!flight.current) continue
    const guards = (production.allTags ?? []).map((tag) => guardOf.get(tag) as Guard)
    const ttl = guards.length > 0 || request.view.inNamespace ? guardedTtl(production.ttl) : production.ttl
    const value = parts.entries.pack(finalKey, payload, guards.length === 0 ? undefined : { guards })
    const batch = batches.get(ttl) ?? []
    batch.push({ one, value })
    batches.set(ttl, batch)
  }
  await Promise.all([...batches].map(([ttl, batch]) => storeBatch(parts, batch, ttl, operation)))
}

/** The guard of each tag; `undefined` if one was invalidated meanwhile or the store fails: then nothing can be stored. */
async function guardsOf(
  { calls }: FillParts,
  { tags, view: { tagSpace } }: FillManyRequest,
  kept: readonly Made[],
  snapshot: TagSnapshot | undefined,
  operation: Operation | undefined,
): Promise<ReadonlyMap<string, Guard> | undefined> {
  if (tags === undefined || kept.length === 0) return new Map()
  const allTags = [...new Set(kept.flatMap(({ production }) => production.allTags ?? []))]
  const read = (): Promise<readonly Guard[] | undefined> => tagSpace.guards(allTags, snapshot)
  const guards = await calls.runOr(undefined, "snapshotTags", allTags, read, operation)
  return guards && new Map(allTags.map((tag, index) => [tag, guards[index] as Guard]))
}

function storeBatch(
  { backend, calls, values }: FillParts,
  batch: readonly Write[],
  ttl: Milliseconds | undefined,
  operation: Operation | undefined,
): Promise<void> {
  const names = batch.map(({ one }) => one.key)
  const entries = batch.map(({ one, value }) => ({ key: one.finalKey, value }))
  const write = (traced: Operation | undefined): Promise<void> => {
    if (traced !== undefined) {
      const stored = batch.map(({ value }) => value)
      values.noteWrite(traced, ttl, stored)
    }
    return setMany(backend, entries, ttl)
  }
  const storing = calls.runOr(undefined, "setMany", names, write, operation)
  for (const { one } of batch) one.flight.storing(storing)
  return storing
}
