import type { Backend, BackendStats, Capabilities, Codec, Entry, Milliseconds } from "@larder/core"
import { FarChanges } from "./far-changes.js"
import { farMethods } from "./far-methods.js"
import { nearFormatOf } from "./near-format.js"
import { NearTier } from "./near-tier.js"
import { News } from "./news.js"
import { ReadThrough } from "./read-through.js"
import { tieredCapabilities } from "./tiered-capabilities.js"
import { checkTiers, resolveOptions, type TieredBackendOptions } from "./tiered-options.js"

/**
 * A fast backend in front of a shared one. The far store decides everything; the near one only answers reads. It serves
 * nothing older than what was written through this handle, and nothing that the far store has not held within the last
 * `nearTtl`; a bus makes that a matter of milliseconds.
 *
 * Both backends belong to it from now on, and nobody else may use the near one. It has the optional methods that the far
 * store has.
 */
export class TieredBackend<Stored = Uint8Array> implements Backend<Stored> {
  readonly name = "tiered"
  readonly capabilities: Capabilities
  declare readonly location?: string
  declare readonly codec?: Codec<Stored>
  // Not there at all where the far store has none.
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
  readonly #nearBackend: Backend<unknown>
  readonly #far: Backend<Stored>
  readonly #near: NearTier<Stored>
  readonly #news: News
  readonly #reader: ReadThrough<Stored>
  readonly #changes: FarChanges<Stored>
  #closing: Promise<void> | undefined

  /** Throws a `TypeError` for what is no backend, for tiers that do not fit together, and for wrong options. */
  constructor(near: Backend<unknown>, far: Backend<Stored>, options: TieredBackendOptions = {}) {
    checkTiers(near, far)
    const { bus, nearTtl, now } = resolveOptions(options)
    this.capabilities = tieredCapabilities(near, far, nearTtl)
    if (far.location !== undefined) this.location = far.location
    if (far.codec !== undefined) this.codec = far.codec
    this.#nearBackend = near
    this.#far = far
    this.#near = new NearTier(near, nearFormatOf(near, far), nearTtl, now)
    this.#news = new News(bus, this.#near)
    this.#reader = new ReadThrough(this.#near, far)
    this.#changes = new FarChanges(this.#near, this.#news)
    const parts = { nearBackend: near, near: this.#near, reader: this.#reader, changes: this.#changes }
    Object.assign(this, farMethods(far, parts))
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
    // Also where there was none: others may have near what the far store has dropped to make room.
    return this.#changes.run(
      [key],
      () => this.#far.delete(key),
      () => ({ changed: true }),
    )
  }

  /** Leaves the bus and closes both backends. */
  close(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  async #release(): Promise<void> {
    this.#near.stop()
    const released = await Promise.allSettled([this.#news.close(), this.#far.close?.(), this.#nearBackend.close?.()])
    const failed = released.find((one) => one.status === "rejected")
    if (failed !== undefined) throw failed.reason
  }
}
