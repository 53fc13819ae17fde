import { checkVersion } from "./cache-options.js"
import type { CacheParts } from "./cache-parts.js"
import { checkCallOptions, type KeyVersionOptions } from "./call-options.js"
import type { Reading } from "./entries.js"
import { noteEntries } from "./entry-expiry.js"
import type { Answers } from "./read-batch.js"
import type { Access, Asking, Generation, Scope } from "./scopes.js"
import type { Operation } from "./tracing.js"

/** See `ScopedWork`; the last two are absent outside namespaces. */
type LocatedWork<Result> = (
  finalKeys: readonly string[],
  confirmed?: Promise<boolean>,
  unknown?: boolean,
) => Promise<Result>

/** Where entries are. In a namespace, that depends on the generation in the store. */
export interface Located {
  /** The final keys, as far as known by now. */
  readonly known: readonly string[]
  run<Result>(work: LocatedWork<Result>): Promise<Result>
}

/** Where the entries of a view of a cache are: their final keys, in the current generation of its namespace. */
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
    // With any generation: invalid keys are rejected before the store is called.
    const likely = scope.known?.id ?? scope.nowhere
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

  /**
   * The final key in the generation that is probably current, before the store is called, so that invalid keys are rejected
   * first. Throws for those.
   */
  likelyKey(key: string, version: number, generation: Generation | undefined): string {
    return this.finalKey(key, version, this.scope && (generation?.id ?? this.scope.nowhere))
  }

  /** Reads the entry, and what it is known to depend on, in one round trip. */
  fetch(finalKey: string): Promise<Answers> {
    return this.#parts.entries.fetch(finalKey, this.scope?.tokenKeys)
  }

  /** Judges what `fetch` found; `undefined` if the namespace now has another generation than the key. */
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

  /** `undefined` if the generation cannot be checked synchronously. Throws as the store does. */
  inspectAtOnce(finalKey: string, generation: Generation | undefined): Reading | undefined {
    const { scope } = this
    const isCurrent = scope === undefined || (generation !== undefined && scope.isCurrentAtOnce(generation))
    return isCurrent ? this.#parts.entries.inspectAtOnce(finalKey) : undefined
  }

  /** Reads in the generation that the store has now. */
  async inspectAnew(key: string, version: number, operation: Operation | undefined): Promise<Reading> {
    const generation = await this.scope?.current("read")
    const finalKey = this.finalKey(key, version, generation)
    if (operation !== undefined) noteEntries(this.#parts, operation, [finalKey])
    return this.#parts.entries.inspect(finalKey, operation)
  }
}
