import type { Milliseconds } from "@larder/core"

/** Pending calls that began in one period. */
export interface Period {
  unanswered: number
}

/**
 * Notices a call without reply, without a timer for each: calls are counted by the period in which they began. `onSilence`
 * runs when such a call is one to two periods old. The timer runs only while calls are pending, and does not keep the
 * process alive.
 */
export class SilenceWatch {
  readonly #period: Milliseconds
  readonly #onSilence: () => void
  #current: Period = { unanswered: 0 }
  #previous: Period = { unanswered: 0 }
  #underWay = 0
  #onQuiet: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(period: Milliseconds, onSilence: () => void) {
    this.#period = period
    this.#onSilence = onSilence
  }

  /** A call begins. */
  enter(): Period {
    this.#current.unanswered++
    this.#underWay++
    this.#timer ??= setTimeout(() => this.#tick(), this.#period).unref()
    return this.#current
  }

  /** A call that began in that period has settled. */
  leave(period: Period): void {
    period.unanswered--
    if (--this.#underWay === 0) this.#onQuiet?.()
  }

  /** Resolves when no call is pending, at the latest after the limit. Call it once, after the last call. */
  async quiet(limit: Milliseconds): Promise<void> {
    if (this.#underWay === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limit)
      this.#onQuiet = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #tick(): void {
    const silent = this.#previous.unanswered > 0
    this.#previous = this.#current
    this.#current = { unanswered: 0 }
    this.#timer = this.#underWay > 0 && !silent ? setTimeout(() => this.#tick(), this.#period).unref() : undefined
    if (silent) this.#onSilence()
  }
}
