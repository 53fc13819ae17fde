import type { Backend, BackendStats, Capabilities, Codec, Entry, Milliseconds } from "@larder/core"
import { FarChanges } from "./far-changes.js"
import { farMethods } from "./far-methods.js"
import type { NearFormat } from "./near-format.js"
import type { NearStore } from "./near-store.js"
import { NearTier } from "./near-tier.js"
import type { News } from "./news.js"
import { ReadThrough } from "./read-through.js"

/** What all users of one tiered backend share. */
export interface SharedParts {
  readonly nearStore: NearStore
  readonly news: News
  readonly capabilities: Capabilities
  readonly close: () => Promise<void>
}

/** How one user accesses the far store. */
export interface FarUse<Stored> {
  readonly far: Backend<Stored>
  readonly format: NearFormat<Stored>
  /** Whether only the far store may answer a read of the key. */
  readonly isDecisive: (key: string) => boolean
  /** Whether a batch that the far store rejected with this error returns its near values, with misses for the rest. */
  readonly answersInPart: (error: unknown) => boolean
}

/** The two tiers for one user: a cache, or code that calls the backend directly. */
export class Tiers<Stored> implements Backend<Stored> {
  readonly name = "tiered"
  readonly capabilities: Capabilities
  declare readonly location?: string
  declare readonly codec?: Codec<Stored>
  // Present only if the far store has them.
  declare readonly add?: (key: string, value: Stored, ttl?: Milliseconds) => Promise<boolean>
  declare readonly touch?: (key: string, ttl?: Milliseconds) => Promise<boolean>
  declare readonly incr?: (key: string, delta: number) => Promise<number | undefined>
  declare readonly deleteIfEqual?: (key: string, value: Stored) => Promise<boolean>
  declare readonly replaceIfEqual?: (
    key: string,
    expected: Stored,
    value: Stored,
    ttl?: Milliseconds,
  ) => Promise<boolean>
  declare readonly getMany?: (keys: readonly string[]) => Promise<readonly (Stored | undefined)[]>
  declare readonly setMany?: (entries: readonly Entry<Stored>[], ttl?: Milliseconds) => Promise<void>
  declare readonly deleteMany?: (keys: readonly string[]) => Promise<number>
  declare readonly clear?: (prefix: string) => Promise<void>
  declare readonly keys?: (prefix: string) => AsyncIterable<string>
  declare readonly ttl?: (key: string) => Promise<Milliseconds | null | undefined>
  declare readonly prune?: () => Promise<number>
  declare readonly stats?: () => Promise<BackendStats>
  declare readonly ping?: () => Promise<void>
  declare readonly isRefusal?: (error: unknown) => boolean
  readonly #far: Backend<Stored>
  readonly #reader: ReadThrough<Stored>
  readonly #changes: FarChanges<Stored>
  readonly #close: () => Promise<void>

  constructor({ nearStore, news, capabilities, close }: SharedParts, use: FarUse<Stored>) {
    const { far, format, isDecisive, answersInPart } = use
    this.capabilities = capabilities
    if (far.location !== undefined) this.location = far.location
    if (far.codec !== undefined) this.codec = far.codec
    this.#far = far
    const near = new NearTier(nearStore, format, isDecisive)
    this.#reader = new ReadThrough({ nearStore, near, far, answersInPart })
    this.#changes = new FarChanges(nearStore, near, news)
    this.#close = close
    Object.assign(this, farMethods(far, { nearStore, reader: this.#reader, changes: this.#changes }))
  }

  /** The near value, if it is available synchronously. For `Cache`, which calls `get` next. */
  getCopy(key: string): Stored | undefined {
    return this.#reader.getNow(key)
  }

  get(key: string): Promise<Stored | undefined> {
    return this.#reader.get(key)
  }

  set(key: string, value: Stored, ttl?: Milliseconds): Promise<void> {
    return this.#changes.run(
      [key],
      () => this.#far.set(key, value, ttl),
      () => ({ changed: true, kept: { entries: [{ key, value }], ttl } }),
    )
  }

  delete(key: string): Promise<boolean> {
    // Also if there was none: other handles may have near what the far store has evicted.
    return this.#changes.run(
      [key],
      () => this.#far.delete(key),
      () => ({ changed: true }),
    )
  }

  /** Closes both backends, and the bus once it has sent all changes. Calling it again returns the same promise. */
  close(): Promise<void> {
    return this.#close()
  }
}
