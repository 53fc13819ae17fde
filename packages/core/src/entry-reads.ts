import type { CacheParts } from "./cache-parts.js"
import type { GetOptions, KeyVersionOptions } from "./call-options.js"
import type { Reading } from "./entries.js"
import type { EntryAccess } from "./entry-access.js"
import { noteEntries } from "./entry-expiry.js"
import { promiseTry } from "./promise-try.js"
import type { Generation } from "./scopes.js"
import { type Operation, type OperationName, operations } from "./tracing.js"

/** Reads single entries of a view of a cache: traced, bounded, and a miss if the store fails. */
export class EntryReads {
  readonly #parts: CacheParts
  readonly #access: EntryAccess

  constructor(parts: CacheParts, access: EntryAccess) {
    this.#parts = parts
    this.#access = access
  }

  /** The value of a live entry. `undefined` if the store fails, unless `onError` is `"throw"`. */
  read(name: OperationName, key: string, options: KeyVersionOptions | undefined): Promise<unknown> {
    const { scope } = this.#access
    const generation = scope?.known
    if (operations.hasSubscribers || (scope !== undefined && generation === undefined)) {
      return this.#readAny(name, key, options)
    }
    return this.#parts.answersAtOnce
      ? this.#readAtOnce(name, key, options, generation)
      : promiseTry(() => this.#readKnown(name, key, options, generation))
  }

  /** Reads synchronously if possible, which costs no promise other than the result. */
  async #readAtOnce(
    name: OperationName,
    key: string,
    options: KeyVersionOptions | undefined,
    generation: Generation | undefined,
  ): Promise<unknown> {
    const { backend, calls, keys } = this.#parts
    const finalKey = keys.final(key, this.#access.versionOf(options), generation?.id)
    try {
      calls.admit(name)
      const told = this.#access.inspectAtOnce(finalKey, generation)
      calls.answered()
      const value = told && this.#valueOf(key, told)
      // The store's result is final, that of copies is not.
      if (value !== undefined || (told !== undefined && backend.getSync !== undefined)) return value
    } catch (cause) {
      return this.#failed(name, key, cause)
    }
    return this.#readKnown(name, key, options, generation)
  }

  /** The same as #readAny in a generation that was seen before, written out without tracing. */
  #readKnown(
    name: OperationName,
    key: string,
    options: KeyVersionOptions | undefined,
    generation: Generation | undefined,
  ): Promise<unknown> {
    const { backend, calls, entries, keys, values } = this.#parts
    const version = this.#access.versionOf(options)
    const finalKey = keys.final(key, version, generation?.id)
    if (this.#access.scope !== undefined || !entries.isPlainRead(finalKey)) {
      return this.#readGuarded(name, key, version, finalKey, generation)
    }
    return calls.attempt(
      name,
      () => backend.get(finalKey),
      (stored) => {
        if (!entries.isPlain(stored)) return this.#judge(name, key, finalKey, stored)
        calls.answered()
        return values.decode(key, stored)
      },
      (cause) => this.#failed(name, key, cause),
    )
  }

  /** The tokens that the entry is known to depend on are read along with it. */
  async #readGuarded(
    name: OperationName,
    key: string,
    version: number,
    finalKey: string,
    generation: Generation | undefined,
  ): Promise<unknown> {
    const { calls } = this.#parts
    try {
      calls.admit(name)
      const found = await this.#access.judge(finalKey, generation, await this.#access.fetch(finalKey), undefined)
      const reading = found ?? (await calls.bounded(name, this.#access.inspectAnew(key, version, undefined)))
      calls.answered()
      return this.#valueOf(key, reading)
    } catch (cause) {
      return this.#failed(name, key, cause)
    }
  }

  async #judge(name: OperationName, key: string, finalKey: string, stored: unknown): Promise<unknown> {
    const { calls, entries } = this.#parts
    try {
      const reading = await entries.judge(finalKey, stored, undefined)
      calls.answered()
      return this.#valueOf(key, reading)
    } catch (cause) {
      return this.#failed(name, key, cause)
    }
  }

  /** What a read returns when the store fails. */
  #failed(name: OperationName, key: string, cause: unknown): unknown {
    const { calls } = this.#parts
    return calls.orElse(undefined, calls.failure(name, [key], cause))
  }

  /**
   * The value of a live entry, else the default, if it can be read synchronously and is not traced; otherwise `undefined`. A
   * store that fails has no entry.
   */
  readSync(key: string, options: Partial<GetOptions<unknown>> | undefined): unknown {
    const { backend, calls } = this.#parts
    if (backend.getSync === undefined || operations.hasSubscribers || calls.closed) return undefined
    const generation = this.#access.scope?.known
    const finalKey = this.#access.likelyKey(key, this.#access.versionOf(options), generation)
    try {
      calls.admit("get")
      const reading = this.#access.inspectAtOnce(finalKey, generation)
      const value = reading && this.#valueOf(key, reading)
      calls.answered()
      return reading !== undefined && value === undefined ? options?.default : value
    } catch (cause) {
      return calls.orElse(options?.default, calls.failure("get", [key], cause))
    }
  }

  async #readAny(name: OperationName, key: string, options: KeyVersionOptions | undefined): Promise<unknown> {
    const { calls, values } = this.#parts
    const version = this.#access.versionOf(options)
    const generation = this.#access.scope?.known
    const finalKey = this.#access.finalKey(key, version, generation?.id)
    return calls.runOr(undefined, name, [key], async (operation) => {
      if (operation !== undefined) noteEntries(this.#parts, operation, [finalKey])
      const isKnown = this.#access.scope === undefined || generation !== undefined
      const found = isKnown
        ? await this.#access.judge(finalKey, generation, await this.#access.fetch(finalKey), operation)
        : undefined
      const reading = found ?? (await this.#access.inspectAnew(key, version, operation))
      const value = this.#valueOf(key, reading, operation)
      if (operation !== undefined) values.noteRead(operation, [value !== undefined], [reading.stored])
      return value
    })
  }

  #valueOf(key: string, { state, payload }: Reading, operation?: Operation | undefined): unknown {
    return state === "fresh" ? this.#parts.values.decode(key, payload, operation) : undefined
  }
}
