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

  /**
   * The value of a live entry, else the default, where the store answers at once and nobody wants to know; elsewhere
   * `undefined`. A store that fails has no entry.
   */
  readSync(key: string, options: Partial<GetOptions<unknown>> | undefined): unknown {
    const { backend, calls, entries, keys } = this.#parts
    const { getSync } = backend
    if (getSync === undefined || this.scope !== undefined || operations.hasSubscribers || calls.closed) return undefined
    const finalKey = keys.final(key, this.versionOf(options))
    try {
      calls.admit("get")
      const value = this.#valueOf(key, entries.inspectSync(getSync, finalKey))
      calls.answered()
      return value === undefined ? options?.default : value
    } catch (cause) {
      return calls.orElse(options?.default, calls.failure("get", [key], cause))
    }
  }

  /** The value of a live entry. A store that fails has none. */
  async read(name: OperationName, key: string, options: KeyVersionOptions | undefined): Promise<unknown> {
    const { backend, calls, entries, keys, values } = this.#parts
    const { scope } = this
    const generation = scope?.known
    if (operations.hasSubscribers || (scope !== undefined && generation === undefined)) {
      return this.#readAny(name, key, options)
    }
    // The same as #readAny, written out without closures: reads are what a cache is for.
    const version = this.versionOf(options)
    const finalKey = keys.final(key, version, generation?.id)
    try {
      calls.admit(name)
      const plain = scope === undefined && entries.isPlainRead(finalKey)
      let stored: unknown
      // What is told at once needs no promise.
      if (plain && backend.getSync !== undefined) stored = backend.getSync(finalKey)
      else if (plain) stored = backend.getCopy?.(finalKey) ?? (await calls.bounded(name, backend.get(finalKey)))
      let value: unknown
      if (plain && entries.isPlain(stored)) value = values.decode(key, stored)
      else if (plain) value = this.#valueOf(key, await entries.judge(finalKey, stored, undefined))
      else {
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
   * there is not served any more.
   */
  async write<Result>(
    name: OperationName,
    key: string,
    options: KeyVersionOptions | undefined,
    kind: WriteKind,
    work: (finalKey: string, operation: Operation | undefined) => Promise<Result>,
  ): Promise<Result> {
    const { calls, dirty, keys, underway } = this.#parts
    const { scope } = this
    if (operations.hasSubscribers || (scope !== undefined && underway.any)) {
      const alone = ([finalKey]: readonly string[], operation: Operation | undefined): Promise<Result> =>
        work(finalKey as string, operation)
      return this.writeMany(name, [key], this.versionOf(options), kind, alone)
    }
    // The same as writeMany, written out for one key.
    const version = this.versionOf(options)
    // Of any generation: what cannot be used is refused before the store is asked.
    const likely = scope === undefined ? undefined : (scope.known?.id ?? randomToken())
    let finalKey = keys.final(key, version, likely)
    const under = (generation: string): Promise<Result> => {
      if (generation === likely) return work(finalKey, undefined)
      finalKey = keys.final(key, version, generation)
      return this.#fenced([finalKey], () => work(finalKey, undefined))
    }
    try {
      calls.admit(name)
      let result: Result
      if (underway.any) {
        result = await calls.bounded(
          name,
          this.#fenced([finalKey], () => work(finalKey, undefined)),
        )
      } else {
        result = await calls.bounded(name, scope === undefined ? work(finalKey, undefined) : scope.write(under))
        // Somebody may have begun to compute meanwhile.
        if (underway.any) await underway.fence([finalKey])
      }
      // Before the store counts as answering again: what is dirty then is removed.
      if (kind === "overwrite" && dirty.size > 0) dirty.clean([finalKey])
      calls.answered()
      return result
    } catch (cause) {
      const error = calls.failure(name, [key], cause)
      this.#noteFailure([finalKey], kind, error)
      throw error
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

  #readAny(name: OperationName, key: string, options: KeyVersionOptions | undefined): Promise<unknown> {
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
