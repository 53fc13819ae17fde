import type { Milliseconds } from "./backend.js"
import { setMany } from "./batches.js"
import { pairsOf } from "./call-options.js"
import { type Filled, type FillParts, OutdatedGenerationError } from "./fill.js"
import type { Flight } from "./single-flight.js"
import type { TagSnapshot, Tags } from "./tags.js"
import { NOT_KEPT } from "./timeout.js"
import type { Operation } from "./tracing.js"

/** What a producer of many values may use. */
export interface ManyProducerContext {
  /** Aborted when every caller that waited for one of the values has given up. */
  readonly signal: AbortSignal
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
  readonly tagSpace: Tags
  readonly produce: ManyProducer<unknown>
  readonly signal: AbortSignal | undefined
  readonly confirmed: Promise<boolean> | undefined
  /** The store does not answer: the values are computed, and not stored. */
  readonly storeFailed: boolean
}

/** A key that this call computes, and its flight: others that ask for the key meanwhile wait for it. */
interface Missing {
  readonly key: string
  readonly finalKey: string
  readonly flight: Flight
}

const nothing: Filled = { hit: false, stale: false, take: () => undefined }

/** One read for all keys, one call of the producer for the missing ones, one write. */
export function getOrSetMany(parts: FillParts, request: FillManyRequest): Promise<Map<string, unknown>> {
  const { names, finalKeys, signal } = request
  return parts.calls.trace("getOrSetMany", names, async (operation) => {
    const read = request.storeFailed ? undefined : await readMany(parts, request, operation)
    const found = read ?? new Map<string, Filled>()
    const missing: Missing[] = []
    let start = (_computed: Promise<ReadonlyMap<string, Filled>>): void => undefined
    const computed = new Promise<ReadonlyMap<string, Filled>>((resolve) => {
      start = resolve
    })
    const answers = names.map((key, index) => {
      const hit = found.get(key)
      if (hit !== undefined) return hit
      const finalKey = finalKeys[index] as string
      const work = async (flight: Flight): Promise<Filled> => {
        missing.push({ key, finalKey, flight })
        return (await computed).get(key) ?? nothing
      }
      return parts.flights.join(finalKey, work, { signal, tagged: request.tags !== undefined })
    })
    if (missing.length > 0)
      start(computeMany(parts, { ...request, storeFailed: read === undefined }, missing, operation))
    const filled = await Promise.all(answers)
    if (operation !== undefined) operation.hits = filled.map(({ hit }) => hit)
    const values = filled.map((one, index) => [names[index] as string, one.take()] as const)
    return new Map(values.filter(([, value]) => value !== undefined))
  })
}

/** `undefined` when the store fails. */
async function readMany(
  { calls, entries, values }: FillParts,
  { names, finalKeys, confirmed }: FillManyRequest,
  parent: Operation | undefined,
): Promise<ReadonlyMap<string, Filled> | undefined> {
  return calls.runOr<ReadonlyMap<string, Filled> | undefined>(
    undefined,
    "getMany",
    names,
    async (operation) => {
      const unique = [...new Set(finalKeys)]
      const readings = await entries.inspectMany(unique, operation, confirmed !== undefined)
      const byKey = new Map(unique.map((finalKey, index) => [finalKey, readings[index]]))
      const found = new Map<string, Filled>()
      for (const [index, key] of names.entries()) {
        const reading = byKey.get(finalKeys[index] as string)
        const value = reading?.state === "fresh" ? values.decode(key, reading.payload, operation) : undefined
        if (value !== undefined) found.set(key, { hit: true, stale: false, take: () => value })
      }
      if (operation !== undefined) {
        const hits = names.map((key) => found.has(key))
        values.noteRead(
          operation,
          hits,
          readings.map(({ stored }) => stored),
        )
      }
      return found
    },
    parent,
  )
}

async function computeMany(
  parts: FillParts,
  request: FillManyRequest,
  missing: readonly Missing[],
  operation: Operation | undefined,
): Promise<ReadonlyMap<string, Filled>> {
  const { calls, entries, values } = parts
  const { tags, tagSpace, ttl, produce, confirmed, storeFailed } = request
  const snapshot =
    tags &&
    !storeFailed &&
    (await calls.runOr<TagSnapshot | "unknown">(
      "unknown",
      "snapshotTags",
      tags,
      () => tagSpace.snapshot(tags),
      operation,
    ))
  if ((await confirmed) === false) throw new OutdatedGenerationError()
  const [first] = missing as readonly [Missing, ...Missing[]]
  const context = {
    get signal() {
      return AbortSignal.any(missing.map(({ flight }) => flight.signal))
    },
  }
  const names = missing.map(({ key }) => key)
  const start = performance.now()
  const made = new Map(pairsOf(await first.flight.produce(() => produce(names, context))))
  if (operation !== undefined) operation.producer = performance.now() - start
  const payloads = missing.flatMap((one) => {
    const value = made.get(one.key)
    return value === undefined ? [] : [{ ...one, payload: values.encode(one.key, value) }]
  })
  const guards =
    tags === undefined || snapshot === "unknown" || snapshot === undefined || snapshot === false
      ? undefined
      : await calls.runOr(undefined, "snapshotTags", tags, () => tagSpace.guards(tags, snapshot), operation)
  const storable = !storeFailed && ttl !== NOT_KEPT && (tags === undefined || guards !== undefined)
  const current = storable ? payloads.filter(({ flight }) => flight.current) : []
  if (current.length > 0) {
    const header = guards === undefined || guards.length === 0 ? undefined : { guards }
    const batch = current.map(({ finalKey, payload }) => ({
      key: finalKey,
      value: entries.pack(finalKey, payload, header),
    }))
    const storing = calls.runOr(
      undefined,
      "setMany",
      current.map(({ key }) => key),
      (traced) => {
        if (traced !== undefined)
          values.noteWrite(
            traced,
            ttl,
            batch.map(({ value }) => value),
          )
        return setMany(parts.backend, batch, ttl)
      },
      operation,
    )
    for (const { flight } of current) flight.storing(storing)
    await storing
  }
  return new Map(
    payloads.map(({ key, payload }) => [key, { hit: false, stale: false, take: () => values.decode(key, payload) }]),
  )
}
