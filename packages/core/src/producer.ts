import type { Milliseconds } from "./backend.js"
import type { Strings } from "./call-options.js"
import { checkEntryTags } from "./tags.js"
import { type Timeout, toTtl } from "./timeout.js"

/** What a producer receives. */
export interface ProducerContext<Value = unknown> {
  /** The key as the caller wrote it. */
  readonly key: string
  /** Aborted when all callers that waited for the value have given up. */
  readonly signal: AbortSignal
  /** The stale value, if there is one: updating it may be cheaper than computing a new one. */
  readonly stale: Value | undefined
  /** Sets how long the value is kept, instead of the timeout of the call. */
  timeout(timeout: Timeout): void
  /** Adds tags that only became known now. The call must have `tags`, which can be `[]`. */
  tags(tags: Strings): void
  /** The value is returned to the callers but not stored. */
  skip(): void
}

/** Computes a value that is not in the cache. If it returns `undefined`, nothing is stored. */
export type Producer<Value> = (context: ProducerContext<Value>) => Value | PromiseLike<Value>

/** The options of the call that the producer can override. */
export interface ProductionDefaults {
  readonly key: string
  readonly ttl: Milliseconds | undefined
  /** Absent: the call has none, not even an empty list. */
  readonly tags: readonly string[] | undefined
}

/** One run of a producer: its context, and what it decided. */
export class Production implements ProducerContext {
  readonly key: string
  ttl: Milliseconds | undefined
  skipped = false
  readonly #tags: Set<string> | undefined
  readonly #signal: () => AbortSignal
  readonly #stale: () => unknown

  constructor({ key, ttl, tags }: ProductionDefaults, signal: () => AbortSignal, stale: () => unknown) {
    this.key = key
    this.ttl = ttl
    this.#tags = tags && new Set(tags)
    this.#signal = signal
    this.#stale = stale
  }

  get signal(): AbortSignal {
    return this.#signal()
  }

  get stale(): unknown {
    return this.#stale()
  }

  /** The tags of the call and those added; `undefined` if the call has no `tags`. */
  get allTags(): readonly string[] | undefined {
    return this.#tags && [...this.#tags]
  }

  // Properties rather than methods, so that a producer can destructure its context.

  readonly timeout = (timeout: Timeout): void => {
    this.ttl = toTtl(timeout)
  }

  readonly tags = (tags: Strings): void => {
    if (this.#tags === undefined) {
      throw new TypeError(
        `The producer of ${JSON.stringify(this.key)} added tags, but its call has no tags option: invalidations while it ` +
          "runs would go unnoticed. Pass tags: [], or those that are known in advance",
      )
    }
    for (const tag of checkEntryTags(tags)) this.#tags.add(tag)
    checkEntryTags(this.#tags)
  }

  readonly skip = (): void => {
    this.skipped = true
  }
}
