import { checkVersion } from "./cache-options.js"
import type { CacheParts } from "./cache-parts.js"
import { checkCallOptions, type KeyVersionOptions } from "./call-options.js"
import type { Reading } from "./entries.js"
import type { Answers } from "./read-batch.js"
import type { Access, Asking, Generation, Scope } from "./scopes.js"
import type { Operation } from "./tracing.js"

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
    // Of any generation: what cannot be used is refused before the store is asked.
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
   * The final key in a generation that is likely the current one, before the store is asked: a key that cannot be used is
   * refused by then. Throws for one.
   */
  likelyKey(key: string, version: number, generation: Generation | undefined): string {
    return this.finalKey(key, version, this.scope && (generation?.id ?? this.scope.nowhere))
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

  /** In the generation that the store tells now. */
  async inspectAnew(key: string, version: number, operation: Operation | undefined): Promise<Reading> {
    const generation = await this.scope?.current("read")
    return this.#parts.entries.inspect(this.finalKey(key, version, generation), operation)
  }
}
