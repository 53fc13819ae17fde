import type { Backend, Milliseconds } from "@larder/core"
import type { Effect, FarChanges } from "./far-changes.js"
import type { NearStore } from "./near-store.js"
import type { ReadThrough } from "./read-through.js"

/** The optional methods of a backend, except those that a tiered backend always has. */
export type FarMethod =
  | ("add" | "touch" | "incr" | "deleteIfEqual" | "replaceIfEqual" | "getMany" | "setMany" | "deleteMany")
  | ("clear" | "keys" | "ttl" | "prune" | "stats" | "ping" | "isRefusal")

export type FarMethods<Stored> = { -readonly [Method in FarMethod]?: Backend<Stored>[Method] }

/** What the methods delegate to. */
export interface FarParts<Stored> {
  readonly nearStore: NearStore
  readonly reader: ReadThrough<Stored>
  readonly changes: FarChanges<Stored>
}

/** The optional methods that the far store has, each with its effect on the near store. */
export function farMethods<Stored>(far: Backend<Stored>, parts: FarParts<Stored>): FarMethods<Stored> {
  return { ...decisions(far, parts), ...batches(far, parts), ...others(far, parts) }
}

/** Atomic operations of the far store. */
function decisions<Stored>(far: Backend<Stored>, { changes }: FarParts<Stored>): FarMethods<Stored> {
  const { add, touch, incr, deleteIfEqual, replaceIfEqual } = far
  const methods: FarMethods<Stored> = {}
  if (add) {
    methods.add = (key, value, ttl) =>
      changes.run(
        [key],
        () => add.call(far, key, value, ttl),
        (added) => keptIf(added, key, value, ttl),
      )
  }
  // The near entry is removed, not extended: its age counts from when the far store was read.
  if (touch) methods.touch = (key, ttl) => changes.run([key], () => touch.call(far, key, ttl), ifTrue)
  if (incr) {
    methods.incr = (key, delta) =>
      changes.run(
        [key],
        () => incr.call(far, key, delta),
        (sum) => ({ changed: sum !== undefined }),
      )
  }
  if (deleteIfEqual) {
    methods.deleteIfEqual = (key, value) => changes.run([key], () => deleteIfEqual.call(far, key, value), ifTrue)
  }
  if (replaceIfEqual) {
    methods.replaceIfEqual = (key, expected, value, ttl) =>
      changes.run(
        [key],
        () => replaceIfEqual.call(far, key, expected, value, ttl),
        (replaced) => keptIf(replaced, key, value, ttl),
      )
  }
  return methods
}

/** Batch operations. */
function batches<Stored>(far: Backend<Stored>, { changes, reader }: FarParts<Stored>): FarMethods<Stored> {
  const { getMany, setMany, deleteMany } = far
  const methods: FarMethods<Stored> = {}
  if (getMany) methods.getMany = (keys) => reader.getMany(keys, (missing) => getMany.call(far, missing))
  if (setMany) {
    methods.setMany = (entries, ttl) =>
      changes.run(
        entries.map(({ key }) => key),
        () => setMany.call(far, entries, ttl),
        () => ({ changed: true, kept: { entries, ttl } }),
      )
  }
  if (deleteMany) {
    methods.deleteMany = (keys) =>
      changes.run(
        keys,
        () => deleteMany.call(far, keys),
        () => ({ changed: true }),
      )
  }
  return methods
}

function others<Stored>(far: Backend<Stored>, { changes, nearStore }: FarParts<Stored>): FarMethods<Stored> {
  const { clear, keys, ttl, prune, stats, ping, isRefusal } = far
  const methods: FarMethods<Stored> = {}
  if (clear) methods.clear = (prefix) => changes.clear(prefix, () => clear.call(far, prefix))
  if (keys) methods.keys = (prefix) => keys.call(far, prefix)
  if (ttl) methods.ttl = (key) => ttl.call(far, key)
  if (prune) {
    methods.prune = async () => {
      const [pruned] = await Promise.all([prune.call(far), nearStore.prune()])
      return pruned
    }
  }
  if (stats) {
    methods.stats = async () => {
      const known = await stats.call(far)
      return known.hits === undefined ? known : { ...known, hits: known.hits + nearStore.hits }
    }
  }
  if (ping) methods.ping = () => ping.call(far)
  if (isRefusal) methods.isRefusal = (error) => isRefusal.call(far, error)
  return methods
}

/** If the far store refused, the near entry may be outdated, and is removed. */
function keptIf<Stored>(changed: boolean, key: string, value: Stored, ttl: Milliseconds | undefined): Effect<Stored> {
  return changed ? { changed, kept: { entries: [{ key, value }], ttl } } : { changed }
}

function ifTrue<Stored>(changed: boolean): Effect<Stored> {
  return { changed }
}
