/** The time of the store under test, in milliseconds. */
export interface Clock {
  /** Whether time is advanced instead of waited for. The store's clock may also run by itself. */
  readonly virtual: boolean
  /** Milliseconds. Between two calls, at least as much passes as for the store. */
  now(): number
  /** Resolves after at least `milliseconds`. */
  advance(milliseconds: number): Promise<void>
}

/** A `SharedClock` as used by one clause. */
export interface SharedClockSeat extends Clock {
  /** Leaves the clock: time no longer depends on this clause. */
  leave(): void
}

interface Sleeper {
  readonly until: number
  wake(): void
  fail(error: unknown): void
}

/**
 * One clock for many concurrent clauses. Time passes only when every clause waits for it, and then to the earliest moment
 * that one of them waits for. So real waits are shared, and a virtual clock never passes while a clause is working.
 */
export class SharedClock {
  readonly #advance: (milliseconds: number) => unknown
  readonly #virtual: boolean
  readonly #sleepers = new Set<Sleeper>()
  /** Milliseconds by which a virtual clock has been advanced. */
  #elapsed = 0
  #awake = 0

  /** `advance` advances the store's clock; without it, time is real. */
  constructor(advance?: (milliseconds: number) => unknown) {
    this.#virtual = advance !== undefined
    this.#advance = advance ?? realWait
  }

  /** Adds a clause. Time stands still until that clause waits or leaves. */
  join(): SharedClockSeat {
    let over = false
    let asleep: Sleeper | undefined
    this.#awake += 1
    return {
      virtual: this.#virtual,
      now: () => this.#elapsed + performance.now(),
      advance: (milliseconds) =>
        new Promise((resolve, reject) => {
          if (over || asleep !== undefined) return reject(new Error("only a running clause can wait, once at a time"))
          const awaken = (settle: () => void) => {
            this.#awake += 1
            asleep = undefined
            settle()
          }
          asleep = {
            until: this.#now() + milliseconds,
            wake: () => awaken(resolve),
            fail: (error) => awaken(() => reject(error)),
          }
          this.#sleepers.add(asleep)
          this.#awake -= 1
          this.#passIfAllWait()
        }),
      leave: () => {
        over = true
        if (asleep === undefined) this.#awake -= 1
        else this.#sleepers.delete(asleep)
        this.#passIfAllWait()
      },
    }
  }

  /** The time by the clock that `#advance` advances. */
  #now(): number {
    return this.#virtual ? this.#elapsed : performance.now()
  }

  #passIfAllWait(): void {
    if (this.#awake === 0 && this.#sleepers.size > 0) void this.#pass()
  }

  async #pass(): Promise<void> {
    const until = Math.min(...Array.from(this.#sleepers, (sleeper) => sleeper.until))
    const milliseconds = Math.max(0, until - this.#now())
    // Counts as awake itself, so that a clause that leaves meanwhile does not start a second wait.
    this.#awake += 1
    try {
      await this.#advance(milliseconds)
      if (this.#virtual) this.#elapsed += milliseconds
      this.#release(
        (sleeper) => sleeper.until <= until,
        (sleeper) => sleeper.wake(),
      )
    } catch (error) {
      this.#release(
        () => true,
        (sleeper) => sleeper.fail(error),
      )
    }
    this.#awake -= 1
    this.#passIfAllWait()
  }

  #release(which: (sleeper: Sleeper) => boolean, settle: (sleeper: Sleeper) => void): void {
    for (const sleeper of [...this.#sleepers].filter(which)) {
      this.#sleepers.delete(sleeper)
      settle(sleeper)
    }
  }
}

async function realWait(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds
  // A timer may fire a little early.
  for (let left = milliseconds; left > 0; left = end - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)))
  }
}
