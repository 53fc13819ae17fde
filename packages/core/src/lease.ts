import type { Backend, Milliseconds } from "./backend.js"
import type { Entries, Reading } from "./entries.js"
import type { EnvelopeHeader } from "./envelope.js"
import { LONGEST_DELAY } from "./timeout.js"
import { randomToken } from "./tokens.js"

/** A lease is renewed this many times within its duration, so that one failure does not lose it. */
const RENEWALS = 3

export interface LeaseParts {
  readonly backend: Backend<unknown>
  readonly entries: Entries
}

/**
 * The right to compute the value of an entry, kept in the entry itself: a write or removal of the entry ends it, and the
 * value is stored only over the lease, with one compare-and-set. A stale value stays readable.
 */
export class Lease {
  readonly #backend: Backend<unknown>
  readonly #entries: Entries
  readonly #finalKey: string
  readonly #duration: Milliseconds
  readonly #found: Reading
  readonly #owner = randomToken()
  #held: unknown
  #renewal: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  private constructor({ backend, entries }: LeaseParts, finalKey: string, found: Reading, duration: Milliseconds) {
    this.#backend = backend
    this.#entries = entries
    this.#finalKey = finalKey
    this.#found = found
    this.#duration = duration
  }

  /** `undefined` if another process holds it, or the entry is no longer what was found. */
  static async claim(
    parts: LeaseParts,
    finalKey: string,
    found: Reading,
    duration: Milliseconds,
  ): Promise<Lease | undefined> {
    const { leaseUntil } = found.header
    if (leaseUntil !== undefined && leaseUntil > Date.now()) return undefined
    const lease = new Lease(parts, finalKey, found, duration)
    return (await lease.#take()) ? lease : undefined
  }

  /** Ends the renewals: unless the value is stored in time, the lease expires. */
  lapse(): void {
    clearInterval(this.#timer)
  }

  /** Stores the value in place of the lease; false if the lease was lost, since the value may be outdated. */
  async store(stored: unknown, ttl: Milliseconds | undefined): Promise<boolean> {
    await this.#stopRenewing()
    return this.#entries.replace(this.#finalKey, this.#held, stored, ttl)
  }

  /** Releases the lease and restores the entry as it was found. */
  async release(): Promise<void> {
    await this.#stopRenewing()
    if (this.#keepsValue) await this.#entries.replace(this.#finalKey, this.#held, this.#found.stored, this.#ttl)
    else await this.#backend.deleteIfEqual?.(this.#finalKey, this.#held)
  }

  async #take(): Promise<boolean> {
    this.#held = this.#pack()
    const { state, stored } = this.#found
    const taken =
      state === "absent"
        ? await this.#backend.add?.(this.#finalKey, this.#held, this.#ttl)
        : await this.#entries.replace(this.#finalKey, stored, this.#held, this.#ttl)
    if (taken !== true) return false
    this.#timer = setInterval(() => this.#renew(), Math.min(this.#duration / RENEWALS, LONGEST_DELAY)).unref()
    return true
  }

  #renew(): void {
    this.#renewal ??= this.#extend().finally(() => {
      this.#renewal = undefined
    })
  }

  async #extend(): Promise<void> {
    const extended = this.#pack()
    try {
      if (await this.#entries.replace(this.#finalKey, this.#held, extended, this.#ttl)) this.#held = extended
      // The entry was written or removed: `store` will notice.
      else this.lapse()
    } catch {
      // The next renewal may succeed; if none does, the lease expires.
    }
  }

  async #stopRenewing(): Promise<void> {
    this.lapse()
    await this.#renewal
  }

  #pack(): unknown {
    const header: EnvelopeHeader = {
      ...(this.#keepsValue && this.#found.header),
      leaseOwner: this.#owner,
      leaseUntil: Date.now() + this.#duration,
    }
    return this.#entries.pack(this.#finalKey, this.#keepsValue ? this.#found.payload : undefined, header)
  }

  get #keepsValue(): boolean {
    return this.#found.state === "stale" || this.#found.state === "fresh"
  }

  get #ttl(): Milliseconds {
    const { keptUntil } = this.#found.header
    return this.#keepsValue && keptUntil !== undefined ? Math.max(1, keptUntil - Date.now()) : this.#duration
  }
}
