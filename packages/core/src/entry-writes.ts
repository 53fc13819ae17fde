import { deleteMany } from "./batches.js"
import type { CacheParts } from "./cache-parts.js"
import type { KeyVersionOptions } from "./call-options.js"
import type { EntryAccess } from "./entry-access.js"
import { BackendError } from "./errors.js"
import type { Generation, Scope } from "./scopes.js"
import { type Operation, type OperationName, operations } from "./tracing.js"

/**
 * `"overwrite"`: the old entry is outdated even if the write fails. `"decide"`: what happens is up to the store (`add`,
 * `incr`, `touch`).
 */
export type WriteKind = "overwrite" | "decide"

type WriteWork<Result> = (finalKey: string, operation: Operation | undefined) => Promise<Result>

/** The entry of a write. */
interface Place {
  readonly key: string
  readonly version: number
  /** In a namespace, the generation that this process saw last. */
  readonly generation: Generation | undefined
  /** Changes if the store has another generation. */
  finalKey: string
}

/** Writes entries of a view of a cache: traced, bounded, and fenced against values that are being computed. */
export class EntryWrites {
  readonly #parts: CacheParts
  readonly #access: EntryAccess

  constructor(parts: CacheParts, access: EntryAccess) {
    this.#parts = parts
    this.#access = access
  }

  /**
   * Values being computed do not overwrite what `work` writes. If an `"overwrite"` fails, the entry that the store may still
   * have is no longer served. `onFailure` returns the result if the store fails; by default the call rejects. Throws for
   * invalid arguments.
   */
  write<Result>(
    name: OperationName,
    key: string,
    options: KeyVersionOptions | undefined,
    kind: WriteKind,
    work: WriteWork<Result>,
    onFailure: (error: unknown) => Result = reject,
  ): Promise<Result> {
    const { calls, dirty, underway } = this.#parts
    const { scope } = this.#access
    const version = this.#access.versionOf(options)
    const mayBeDirty = kind === "decide" && dirty.size > 0
    if (operations.hasSubscribers || mayBeDirty || (scope !== undefined && underway.any)) {
      const alone = ([finalKey]: readonly string[], operation: Operation | undefined): Promise<Result> =>
        work(finalKey as string, operation)
      return this.writeMany(name, [key], version, kind, alone).catch(onFailure)
    }
    // The same as writeMany, written out for one key.
    const generation = scope?.known
    const place: Place = { key, version, generation, finalKey: this.#access.likelyKey(key, version, generation) }
    return calls.attempt(
      name,
      () => this.#writeAt(place, work),
      (result) => this.#written(place, kind, result),
      (cause) => {
        const error = calls.failure(name, [key], cause)
        this.#noteFailure([place.finalKey], kind, error)
        return onFailure(error)
      },
    )
  }

  async writeMany<Result>(
    name: OperationName,
    names: readonly string[],
    versions: number | readonly number[],
    kind: WriteKind,
    work: (finalKeys: readonly string[], operation: Operation | undefined) => Promise<Result>,
  ): Promise<Result> {
    const { calls, dirty } = this.#parts
    const located = this.#access.locate(names, versions, "write")
    let written = located.known
    try {
      return await calls.run(name, [...new Set(names)], (operation) =>
        located.run(async (finalKeys) => {
          written = finalKeys
          if (kind === "decide" && dirty.size > 0) await this.#removeDirty(finalKeys)
          const result = await this.#fenced(finalKeys, () => work(finalKeys, operation))
          if (kind === "overwrite") dirty.clean(finalKeys)
          return result
        }),
      )
    } catch (error) {
      this.#noteFailure(written, kind, error)
      throw error
    }
  }

  #writeAt<Result>(place: Place, work: WriteWork<Result>): Promise<Result> {
    const { scope } = this.#access
    if (scope !== undefined) return this.#writeInScope(scope, place, work)
    return this.#parts.underway.any
      ? this.#fenced([place.finalKey], () => work(place.finalKey, undefined))
      : work(place.finalKey, undefined)
  }

  /** A generation that can be checked synchronously is; otherwise the write is tried while the store is asked. */
  #writeInScope<Result>(scope: Scope, place: Place, work: WriteWork<Result>): Promise<Result> {
    const { generation, key, version } = place
    if (generation !== undefined && this.#parts.answersAtOnce && scope.isCurrentAtOnce(generation)) {
      scope.renew()
      return work(place.finalKey, undefined)
    }
    return scope.write((current) => {
      if (current === generation?.id) return work(place.finalKey, undefined)
      place.finalKey = this.#access.finalKey(key, version, current)
      return this.#fenced([place.finalKey], () => work(place.finalKey, undefined))
    })
  }

  #written<Result>({ finalKey }: Place, kind: WriteKind, result: Result): Result | Promise<Result> {
    const { calls, dirty, underway } = this.#parts
    const end = (): Result => {
      // Before the store counts as working again: dirty keys are then removed from it.
      if (kind === "overwrite" && dirty.size > 0) dirty.clean([finalKey])
      calls.answered()
      return result
    }
    // A computation may have begun meanwhile.
    const stores = underway.any ? underway.fence([finalKey]) : undefined
    return stores === undefined ? end() : stores.then(end)
  }

  async #fenced<Result>(finalKeys: readonly string[], write: () => Promise<Result>): Promise<Result> {
    const { underway } = this.#parts
    await underway.fence(finalKeys)
    try {
      return await write()
    } finally {
      await underway.fence(finalKeys)
    }
  }

  /** For this process they are not there; what the store decides must not depend on them, nor be removed with them later. */
  async #removeDirty(finalKeys: readonly string[]): Promise<void> {
    const { backend, calls, dirty } = this.#parts
    const outdated = finalKeys.filter((finalKey) => dirty.has(finalKey))
    // Bounded by itself: other purges wait for this one.
    const remove = (keys: readonly string[]): Promise<number> => calls.bounded("deleteMany", deleteMany(backend, keys))
    if (outdated.length > 0) await dirty.purge(remove, outdated)
  }

  #noteFailure(finalKeys: readonly string[], kind: WriteKind, error: unknown): void {
    // A value that is too large removes the old entry, as the contract says.
    const failed = error instanceof BackendError && !(error.cause instanceof RangeError)
    if (!failed || kind !== "overwrite") return
    const { dirty, underway } = this.#parts
    dirty.add(finalKeys)
    for (const finalKey of finalKeys) underway.reads.leave(finalKey)
  }
}

function reject(error: unknown): never {
  throw error
}
