/** Calls that wait to be sent. */
interface Waiting {
  send(): void
}

/**
 * One turn of the event loop, in which calls wait for others that can be sent in one command with them. Only those that
 * follow each other do: commands leave in the order of the calls.
 */
export class Turn {
  #waiting: Waiting | undefined
  #isScheduled = false

  /** Sends what else waits. These are sent when something else is to wait, at the latest when the turn ends. */
  wait(calls: Waiting): void {
    if (this.#waiting === calls) return
    this.flush()
    this.#waiting = calls
    if (this.#isScheduled) return
    this.#isScheduled = true
    // Clients write no sooner than this, so waiting costs no time.
    process.nextTick(() => {
      this.#isScheduled = false
      this.flush()
    })
  }

  /** Sends what waits now: another command is to follow. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.send()
  }
}
