import { checkVersion } from "./cache-options.js"
import type { CacheParts } from "./cache-parts.js"
import { checkCallOptions, type GetOptions, type KeyVersionOptions } from "./call-options.js"
import type { Reading } from "./entries.js"
import { BackendError } from "./errors.js"
import type { Answers } from "./read-batch.js"
import type { Access, Asking, Generation, Scope } from "./scopes.js"
import { randomToken } from "./tokens.js"
import { type Operation, type OperationName, operations } from "./tracing.js"

/**
 * Whether a write makes what was there out of date even when it fails, or only the store decides what happens: `add`,
 * `incr`, `touch`.
 */
export type WriteKind = "overwrite" | "decide"

type WriteWork<Result> = (finalKey: string, operation: Operation | undefined) => Promise<Result>

/** Where a write is done: in a namespace, under another generation perhaps than the one that it began with. */
interface Place {
  finalKey: string
}

/** See `ScopedWork`; the last two are absent where no namespace is. */
type LocatedWork<Result> = (
  finalKeys: readonly string[],
  confirmed?: Promise<boolean>,
  unknown?: boolean,
) => Promise<Result>

/** Where entries are. In a namespace that is only known when the store has told its generation. */
export interface Located {
  /** As far as it is known by now. */
  readonly known: readonly string[]
  run<Result>(work: LocatedWork<Result>): Promise<Result>
}

/**
 * How a view of a cache reaches its entries: their final keys, in the current generation of its namespace; calls of the
 * backend traced, bounded, and fenced against values that are being computed.
 */
export class EntryAccess {
  readonly version: number
  /** The namespace, where keys depend on the generation of one. */
  readonly scope: Scope | undefined
  readonly #parts: CacheParts

  constructor(parts: CacheParts, scope: Scope | undefined, version: number) {
    this.#parts = parts
    this.scope = scope
    this.version = version
  }

  versionOf(options: KeyVersionOptions | undefined): number {
    if (options === undefined) return this.version
    checkCallOptions(options)
    return options.version === undefined ? this.version : checkVersion(options.version)
  }

  /** Throws for keys that cannot be used. `versions` is one for all, or one for each. */
  locate(names: readonly string[], versions: number | readonly number[], access: Access, ask?: Asking): Located {
    const { keys } = this.#parts
    const scope = this.scope
    const finalKeys = (generation?: string): string[] =>
      names.map((key, index) => {
        const version = typeof versions === "number" ? versions : (versions[index] as number)
        return keys.final(key, version, generation)
      })
    if (scope === undefined) {
      const known = finalKeys()
      return { known, run: (work) => work(known) }
    }
    // Of any generation: what cannot be used is refused before the store is asked.
    const likely = scope.known?.id ?? randomToken()
    const known = finalKeys(likely)
    return {
      known,
      run: (work) =>
        scope.run(
          access,
          (generation, confirmed, unknown) =>
            work(generation === likely ? known : finalKeys(generation), confirmed, unknown),
          ask,
        ),
    }
  }

  /** Throws for a key that cannot be used. */
  finalKey(key: string, version: number, generation: string | undefined): string {
    return this.#parts.keys.final(key, version, generation)
  }

  /** What is at a final key, and what it is known to depend on, in one round trip. */
  fetch(finalKey: string): Promise<Answers> {
    return this.#parts.entries.fetch(finalKey, this.scope?.tokenKeys)
  }

  /** What `fetch` found; `undefined` when the namespace has another generation than that of the key by now. */
  judge(
    finalKey: string,
    generation: Generation | undefined,
    answers: Answers,
    operation: Operation | undefined,
  ): Reading | Promise<Reading> | undefined {
    const { scope } = this
    const isCurrent = scope === undefined || generation === undefined || scope.isCurrent(generation, answers)
    return isCurrent ? this.#parts.entries.judgeAnswers(finalKey, answers, operation) : undefined
  }

  /** `undefined` where nothing can be told at once of the generation. Throws as the store does. */
  inspectAtOnce(finalKey: string, generation: Generation | undefined): Reading | undefined {
    const { scope } = this
    const isCurrent = scope === undefined || (generation !== undefined && scope.isCurrentAtOnce(generation))
    return isCurrent ? this.#parts.entries.inspectAtOnce(finalKey) : undefined
  }

  /**
   * The value of a live entry, else the default, where the store tells at once and nobody wants to know; elsewhere
   * `undefined`. A store that fails has no entry.
   */
  readSync(key: string, options: Partial<GetOptions<unknown>> | undefined): unknown {
    const { backend, calls, keys } = this.#parts
    if (backend.getSync === undefined || operations.hasSubscribers || calls.closed) return undefined
    const generation = this.scope?.known
    const finalKey = keys.final(key, this.versionOf(options), this.#likely(generation))
    try {
      calls.admit("get")
      const reading = this.inspectAtOnce(finalKey, generation)
      const value = reading && this.#valueOf(key, reading)
      calls.answered()
      return reading !== undefined && value === undefined ? options?.default : value
    } catch (cause) {
      return calls.orElse(options?.default, calls.failure("get", [key], cause))
    }
  }

  /** The value of a live entry. A store that fails has none. */
  read(name: OperationName, key: string, options: KeyVersionOptions | undefined): Promise<unknown> {
    const { scope } = this
    const generation = scope?.known
    if (operations.hasSubscribers || (scope !== undefined && generation === undefined)) {
      return this.#readAny(name, key, options)
    }
    return this.#parts.answersAtOnce
      ? this.#readAtOnce(name, key, options, generation)
      : this.#readKnown(name, key, options, generation)
  }

  /** What is told at once needs no promise but that of the answer. */
  async #readAtOnce(
    name: OperationName,
    key: string,
    options: KeyVersionOptions | undefined,
    generation: Generation | undefined,
  ): Promise<unknown> {
    const { backend, calls, keys } = this.#parts
    const finalKey = keys.final(key, this.versionOf(options), generation?.id)
    try {
      calls.admit(name)
      const told = this.inspectAtOnce(finalKey, generation)
      calls.answered()
      const value = told && this.#valueOf(key, told)
      // A store has the last word, copies have not.
      if (value !== undefined || (told !== undefined && backend.getSync !== undefined)) return value
    } catch (cause) {
      return calls.orElse(undefined, calls.failure(name, [key], cause))
    }
    return this.#readKnown(name, key, options, generation)
  }

  /** In a generation that was seen before. The same as #readAny, written out without closures. */
  async #readKnown(
    name: OperationName,
    key: string,
    options: KeyVersionOptions | undefined,
    generation: Generation | undefined,
  ): Promise<unknown> {
    const { backend, calls, entries, keys, values } = this.#parts
    const version = this.versionOf(options)
    const finalKey = keys.final(key, version, generation?.id)
    try {
      calls.admit(name)
      let value: unknown
      if (this.scope === undefined && entries.isPlainRead(finalKey)) {
        const stored = await calls.bounded(name, backend.get(finalKey))
        if (entries.isPlain(stored)) value = values.decode(key, stored)
        else value = this.#valueOf(key, await entries.judge(finalKey, stored, undefined))
      } else {
        const found = await this.judge(finalKey, generation, await this.fetch(finalKey), undefined)
        value = this.#valueOf(key, found ?? (await calls.bounded(name, this.#inspectAnew(key, version, undefined))))
      }
      calls.answered()
      return value
    } catch (cause) {
      return calls.orElse(undefined, calls.failure(name, [key], cause))
    }
  }

  /**
   * Values that are being computed do not overwrite what `work` does. When an `"overwrite"` fails, what the store still has
   * there is not served any more. `onFailure` says what a failing store means; without it the call rejects.
   */
  async write<Result>(
    name: OperationName,
    key: string,
    options: KeyVersionOptions | undefined,
    kind: WriteKind,
    work: WriteWork<Result>,
    onFailure: (error: unknown) => Result = reject,
  ): Promise<Result> {
    const { calls, dirty, keys, underway } = this.#parts
    const { scope } = this
    if (operations.hasSubscribers || (scope !== undefined && underway.any)) {
      const alone = ([finalKey]: readonly string[], operation: Operation | undefined): Promise<Result> =>
        work(finalKey as string, operation)
      return this.writeMany(name, [key], this.versionOf(options), kind, alone).catch(onFailure)
    }
    // The same as writeMany, written out for one key.
    const version = this.versionOf(options)
    const generation = scope?.known
    const place: Place = { finalKey: keys.final(key, version, this.#likely(generation)) }
    try {
      calls.admit(name)
      let written: Promise<Result>
      if (scope !== undefined) written = this.#writeInScope(scope, generation, place, key, version, work)
      else if (underway.any) written = this.#fenced([place.finalKey], () => work(place.finalKey, undefined))
      else written = work(place.finalKey, undefined)
      const result = await calls.bounded(name, written)
      // Somebody may have begun to compute meanwhile.
      if (underway.any) await underway.fence([place.finalKey])
      // Before the store counts as answering again: what is dirty then is removed.
      if (kind === "overwrite" && dirty.size > 0) dirty.clean([place.finalKey])
      calls.answered()
      return result
    } catch (cause) {
      const error = calls.failure(name, [key], cause)
      this.#noteFailure([place.finalKey], kind, error)
      return onFailure(error)
    }
  }

  async writeMany<Result>(
    name: OperationName,
    names: readonly string[],
    versions: number | readonly number[],
    kind: WriteKind,
    work: (finalKeys: readonly string[], operation: Operation | undefined) => Promise<Result>,
  ): Promise<Result> {
    const { calls, dirty } = this.#parts
    const located = this.locate(names, versions, "write")
    let written = located.known
    try {
      return await calls.run(name, [...new Set(names)], (operation) =>
        located.run(async (finalKeys) => {
          written = finalKeys
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

  /** What is told at once is not asked again; else the write is tried while the store is asked. */
  #writeInScope<Result>(
    scope: Scope,
    generation: Generation | undefined,
    place: Place,
    key: string,
    version: number,
    work: WriteWork<Result>,
  ): Promise<Result> {
    if (generation !== undefined && this.#parts.answersAtOnce && scope.isCurrentAtOnce(generation)) {
      scope.renew()
      return work(place.finalKey, undefined)
    }
    return scope.write((current) => {
      if (current === generation?.id) return work(place.finalKey, undefined)
      place.finalKey = this.finalKey(key, version, current)
      return this.#fenced([place.finalKey], () => work(place.finalKey, undefined))
    })
  }

  /** A generation to make a key with before the store is asked, so that one that cannot be used is refused by then. */
  #likely(generation: Generation | undefined): string | undefined {
    return this.scope && (generation?.id ?? this.scope.nowhere)
  }

  async #readAny(name: OperationName, key: string, options: KeyVersionOptions | undefined): Promise<unknown> {
    const { calls, values } = this.#parts
    const version = this.versionOf(options)
    const generation = this.scope?.known
    const finalKey = this.finalKey(key, version, generation?.id)
    return calls.runOr(undefined, name, [key], async (operation) => {
      const isKnown = this.scope === undefined || generation !== undefined
      const found = isKnown ? await this.judge(finalKey, generation, await this.fetch(finalKey), operation) : undefined
      const reading = found ?? (await this.#inspectAnew(key, version, operation))
      const value = this.#valueOf(key, reading, operation)
      if (operation !== undefined) values.noteRead(operation, [value !== undefined], [reading.stored])
      return value
    })
  }

  /** In the generation that the store tells now. */
  async #inspectAnew(key: string, version: number, operation: Operation | undefined): Promise<Reading> {
    const generation = await this.scope?.current("read")
    return this.#parts.entries.inspect(this.finalKey(key, version, generation), operation)
  }

  #valueOf(key: string, { state, payload }: Reading, operation?: Operation | undefined): unknown {
    return state === "fresh" ? this.#parts.values.decode(key, payload, operation) : undefined
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

  #noteFailure(finalKeys: readonly string[], kind: WriteKind, error: unknown): void {
    // What is too large for a store replaces the old entry by none: that is part of the contract.
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
