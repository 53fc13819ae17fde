import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { bare } from "../test/bare-backend.js"
import { CacheModel, type FillOptions, type ManyProducer, type WriteOptions } from "../test/cache-model.js"
import { MapBackend } from "../test/map-backend.js"
import type { Backend } from "./backend.js"
import { Cache } from "./cache.js"
import { operations } from "./tracing.js"

/** What a cache and its model have in common. */
interface Side {
  get(key: string): unknown
  has(key: string): unknown
  ttl(key: string): unknown
  getMany(keys: readonly string[]): unknown
  keys(prefix: string): Iterable<string> | AsyncIterable<string>
  set(key: string, value: unknown, options: WriteOptions & { readonly snapshot?: never }): unknown
  setMany(pairs: readonly (readonly [string, unknown])[], options: WriteOptions): unknown
  add(key: string, value: unknown, timeout: number | null): unknown
  touch(key: string, timeout: number | null): unknown
  delete(key: string): unknown
  deleteMany(keys: readonly string[]): unknown
  incr(key: string, delta: number): unknown
  incrVersion(key: string, delta: number): unknown
  getOrSet(key: string, value: unknown, options: FillOptions): unknown
  getOrSetMany(keys: readonly string[], produce: ManyProducer, options: WriteOptions): unknown
  clear(): unknown
  invalidateTags(tags: readonly string[]): unknown
  snapshotTags(tags: readonly string[]): unknown
}

interface Arguments {
  readonly key: string
  readonly keys: readonly string[]
  readonly value: number | string | null | readonly number[]
  readonly timeout: number | null
  readonly staleFor: number
  readonly tags: readonly string[]
  readonly delta: number
}

/** A snapshot that was taken earlier, in the same namespace. */
interface Memory {
  snapshot?: never
}

const calls = {
  get: (side, { key }) => side.get(key),
  has: (side, { key }) => side.has(key),
  ttl: (side, { key }) => side.ttl(key),
  getMany: (side, { keys }) => side.getMany(keys),
  keys: async (side) => {
    const live: string[] = []
    for await (const key of side.keys("k")) if (await side.has(key)) live.push(key)
    return live.sort()
  },
  set: (side, { key, value, timeout }) => side.set(key, value, { timeout }),
  setTagged: (side, { key, value, timeout, tags }) => side.set(key, value, { timeout, tags }),
  setMany: (side, { keys, value, timeout, tags }) => side.setMany(pairs(keys, value), { timeout, tags }),
  add: (side, { key, value, timeout }) => side.add(key, value, timeout),
  touch: (side, { key, timeout }) => side.touch(key, timeout),
  delete: (side, { key }) => side.delete(key),
  deleteMany: (side, { keys }) => side.deleteMany(keys),
  incr: (side, { key, delta }) => side.incr(key, delta),
  incrVersion: (side, { key, delta }) => side.incrVersion(key, delta),
  getOrSet: (side, { key, value, timeout, staleFor }) => side.getOrSet(key, value, { timeout, staleFor }),
  getOrSetTagged: (side, { key, value, tags, ...times }) =>
    side.getOrSet(key, value, { timeout: times.timeout, staleFor: times.staleFor, tags }),
  getOrSetMany: (side, { keys, value, timeout, tags }) =>
    side.getOrSetMany(keys, (missing) => pairs(missing, value), { timeout, tags }),
  clear: (side) => side.clear(),
  invalidateTags: (side, { tags }) => side.invalidateTags(tags),
  snapshotTags: async (side, { tags }, memory) => {
    memory.snapshot = (await side.snapshotTags(tags)) as never
  },
  setSince: (side, { key, value, timeout, tags }, { snapshot }) =>
    side.set(key, value, { timeout, tags, ...(snapshot === undefined ? {} : { snapshot }) }),
} satisfies Record<string, (side: Side, given: Arguments, memory: Memory) => unknown>

function pairs(keys: readonly string[], value: unknown): [string, unknown][] {
  return keys.map((key) => [key, value])
}

/** Mostly the first, so that calls meet. */
const mostly = <Value>(first: Value, ...others: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ arbitrary: fc.constant(first), weight: 4 }, fc.constantFrom(...others))
const key = mostly("k1", "k2", "k3")
const value = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom("text", null, [1, 2]))
const timeout = mostly<number | null>(2, 0, 300, null)
const tags = fc.uniqueArray(fc.constantFrom("s", "t"))
const step = fc.record({
  /** Of two that share the store. */
  process: mostly(0, 1),
  path: mostly<readonly string[]>([], ["a"], ["a", "b"]),
  version: mostly(1, 2),
  seconds: mostly(0, 1, 3, 29 * 86_400),
  call: fc.constantFrom(...(Object.keys(calls) as (keyof typeof calls)[])),
  given: fc.record({
    key,
    keys: fc.uniqueArray(key),
    value,
    timeout,
    staleFor: fc.constantFrom(0, 4),
    tags,
    delta: fc.integer({ min: -2, max: 2 }),
  }),
})

async function outcomeOf(work: () => unknown): Promise<unknown> {
  try {
    const result = await work()
    return result instanceof Map ? [...result] : result
  } catch (error) {
    return (error as Error).name
  }
}

/** Lets values be refreshed in the background. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

class SyncBackend extends MapBackend {
  getSync(key: string): Uint8Array | undefined {
    const entry = this.entries.get(key)
    return entry !== undefined && entry.expiry > this.now ? entry.value : undefined
  }
}

const subscribers = { start: () => undefined }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 })
})

afterEach(() => {
  operations.unsubscribe(subscribers)
  vi.useRealTimers()
})

describe("a cache, in any sequence of calls by two processes, does what its model does", () => {
  const backends: [string, boolean, (map: MapBackend) => Backend][] = [
    ["all methods", true, (map) => map],
    ["only the required methods", false, bare],
  ]
  describe.each([MapBackend, SyncBackend])("over a $name", (Store) => {
    describe.each(backends)("with %s", (_name, able, backendOver) => {
      it.each([false, true])("traced: %s", async (traced) => {
        if (traced) operations.subscribe(subscribers)
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
            const store = new Store()
            Object.defineProperty(store, "now", { get: () => Date.now() })
            const caches = [0, 1].map(() => new Cache(backendOver(store)))
            const model = new CacheModel(able, Date.now())
            const memories = new Map<string, readonly [Memory, Memory]>()
            for (const { call, given, path, process, seconds, version } of steps) {
              // Without touch, tokens cannot be renewed, and end after 60 days with all that depends on them.
              model.wait(able ? seconds : Math.min(seconds, 3))
              vi.setSystemTime(model.now)
              // They are not meant to be kept for weeks.
              if (seconds > 3) memories.clear()
              const memory = memories.get(path.join()) ?? [{}, {}]
              memories.set(path.join(), memory)
              const act: (side: Side, given: Arguments, memory: Memory) => unknown = calls[call]
              const view = model.view(path, version)
              const outer = caches[process] as Cache
              const cache = path.reduce((each, name) => each.namespace(name), outer).withVersion(version)
              const expected = await outcomeOf(() => act(view, given, memory[1]))
              expect(await outcomeOf(() => act(cache, given, memory[0]))).toEqual(expected)
              await settled()
              const atOnce = cache.getSync(given.key, { default: "nothing" })
              expect([undefined, view.get(given.key) ?? (view.has(given.key) ? null : "nothing")]).toContainEqual(
                atOnce,
              )
            }
          }),
          { numRuns: 300 },
        )
      })
    })
  })
})
