import type { Milliseconds } from "./backend.js"
import { setMany } from "./batches.js"
import { pairsOf } from "./call-options.js"
import { describeValue } from "./describe-value.js"
import type { Guard } from "./envelope.js"
import { type Filled, type FillParts, type FillView, notThere } from "./fill.js"
import { liveValues } from "./live-values.js"
import { Production } from "./producer.js"
import type { Flight } from "./single-flight.js"
import type { TagSnapshot } from "./tags.js"
import { NOT_KEPT, type Timeout } from "./timeout.js"
import { guardedTtl } from "./tokens.js"
import type { Operation } from "./tracing.js"

/** What a producer of many values may use. What it decides of a key throws a `TypeError` for one that is not missing. */
export interface ManyProducerContext {
  /** Aborted when every caller that waited for one of the values has given up. */
  readonly signal: AbortSignal
  /** Decides how long the value of one key is kept, in place of the timeout of the call. */
  timeout(key: string, timeout: Timeout): void
  /** Adds tags of one key that only became known now. The call must have `tags`; `[]` will do. */
  tags(key: string, tags: Iterable<string>): void
  /** The value of one key is given to the callers and not stored. */
  skip(key: string): void
}

/** Computes the values of the keys that are not in the cache. What it leaves out, or gives as `undefined`, is not there. */
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
  /** The store does not answer: the values are computed, and not stored. */
  readonly storeFailed: boolean
  readonly view: FillView
}

/** Thrown when the namespace was cleared by somebody else: the caller begins again in the new generation. */
class OutdatedGenerationError extends Error {}

/** A key that this call computes, its flight, which others that ask for the key meanwhile wait for, and what is decided of it. */
interface Missing {
  readonly key: string
  readonly finalKey: string
  readonly flight: Flight
  readonly production: Production
}

/** One read for all keys, one call of the producer for the missing ones, one write. */
export function getOrSetMany(parts: FillParts, request: FillManyRequest): Promise<Map<string, unknown>> {
  const { names, finalKeys, signal } = request
  return parts.calls.trace("getOrSetMany", names, async (operation) => {
    const batched = request.confirmed !== undefined
    const read = request.storeFailed
      ? undefined
      : await parts.calls.runOr<ReadonlyMap<string, unknown> | undefined>(
          undefined,
          "getMany",
          names,
          (traced) => liveValues(parts, { names, finalKeys, batched }, traced),
          operation,
        )
    // It came with what was read, and before anybody can join what begins here.
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
      return parts.underway.flights.join(finalKey, work, { signal, tagged: request.tags !== undefined })
    })
    if (missing.length > 0)
      start(computeMany(parts, { ...request, storeFailed: read === undefined }, missing, operation))
    const filled = await Promise.all(answers)
    if (operation !== undefined) operation.hits = filled.map(({ hit }) => hit)
    const values = filled.map((one, index) => [names[index] as string, one.take()] as const)
    return new Map(values.filter(([, value]) => value !== undefined))
  })
}

async function computeMany(
  parts: FillParts,
  request: FillManyRequest,
  missing: readonly Missing[],
  operation: Operation | undefined,
): Promise<ReadonlyMap<string, Filled>> {
  const { calls, values } = parts
  const { tags, produce, storeFailed, view } = request
  const snapshot =
    tags &&
    !storeFailed &&
    (await calls.runOr<TagSnapshot | "unknown">(
      "unknown",
      "snapshotTags",
      tags,
      () => view.tagSpace.snapshot(tags),
      operation,
    ))
  const [first, ...others] = missing as readonly [Missing, ...Missing[]]
  if (snapshot && snapshot !== "unknown") for (const { flight } of missing) flight.snapshot = snapshot
  // One producer makes them all: each waits for what any of them waits for, so that a circle is seen.
  for (const { flight } of others) flight.waitFor(first.flight)
  const names = missing.map(({ key }) => key)
  const start = performance.now()
  const made = new Map(pairsOf(await first.flight.produce(() => produce(names, contextOf(missing)))))
  if (operation !== undefined) operation.producer = performance.now() - start
  const payloads = missing.flatMap((one) => {
    const value = made.get(one.key)
    return value === undefined ? [] : [{ ...one, payload: values.encode(one.key, value) }]
  })
  if (!storeFailed && snapshot !== "unknown")
    await storeMany(parts, request, payloads, snapshot || undefined, operation)
  return new Map(
    payloads.map(({ key, payload }) => [key, { hit: false, stale: false, take: () => values.decode(key, payload) }]),
  )
}

function contextOf(missing: readonly Missing[]): ManyProducerContext {
  const productions = new Map(missing.map(({ key, production }) => [key, production]))
  const productionOf = (key: string): Production => {
    const production = productions.get(key)
    if (production !== undefined) return production
    throw new TypeError(`The producer was not asked for ${describeValue(key)}`)
  }
  return {
    get signal() {
      return AbortSignal.any(missing.map(({ flight }) => flight.signal))
    },
    timeout: (key, timeout) => productionOf(key).timeout(timeout),
    tags: (key, tags) => productionOf(key).tags(tags),
    skip: (key) => productionOf(key).skip(),
  }
}

/** One write for all that are kept equally long. */
async function storeMany(
  parts: FillParts,
  { tags, view: { tagSpace, inNamespace } }: FillManyRequest,
  made: readonly (Missing & { readonly payload: unknown })[],
  snapshot: TagSnapshot | undefined,
  operation: Operation | undefined,
): Promise<void> {
  const { backend, calls, entries, values } = parts
  const kept = made.filter(({ production }) => !production.skipped && production.ttl !== NOT_KEPT)
  const allTags = [...new Set(kept.flatMap(({ production }) => production.allTags ?? []))]
  const guards =
    tags === undefined || kept.length === 0
      ? []
      : await calls.runOr(undefined, "snapshotTags", allTags, () => tagSpace.guards(allTags, snapshot), operation)
  if (guards === undefined) return
  const guardOf = new Map(allTags.map((tag, index) => [tag, guards[index] as Guard]))
  const batches = new Map<Milliseconds | undefined, { one: Missing; key: string; value: unknown }[]>()
  for (const one of kept) {
    if (!one.flight.current) continue
    const { finalKey, payload, production } = one
    const own = (production.allTags ?? []).map((tag) => guardOf.get(tag) as Guard)
    const ttl = own.length > 0 || inNamespace ? guardedTtl(production.ttl) : production.ttl
    const value = entries.pack(finalKey, payload, own.length === 0 ? undefined : { guards: own })
    const batch = batches.get(ttl) ?? []
    batch.push({ one, key: finalKey, value })
    batches.set(ttl, batch)
  }
  const stores = [...batches].map(([ttl, batch]) => {
    const storing = calls.runOr(
      undefined,
      "setMany",
      batch.map(({ one }) => one.key),
      (traced) => {
        const pairs = batch.map(({ key, value }) => ({ key, value }))
        if (traced !== undefined)
          values.noteWrite(
            traced,
            ttl,
            pairs.map(({ value }) => value),
          )
        return setMany(backend, pairs, ttl)
      },
      operation,
    )
    for (const { one } of batch) one.flight.storing(storing)
    return storing
  })
  await Promise.all(stores)
}
