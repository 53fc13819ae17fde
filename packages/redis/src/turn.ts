/** Calls waiting to be sent. */
interface Waiting {
  send(): void
}

/**
 * One turn of the event loop, in which calls wait for others that can be sent in the same command. Only consecutive calls
 * are combined: commands are sent in the order of the calls.
 */
export class Turn {
  #waiting: Waiting | undefined
  #isScheduled = false

  /** Sends other waiting calls first. These are sent when others are to wait, at the latest when the turn ends. */
  wait(calls: Waiting): void {
    if (this.#waiting === calls) return
    this.flush()
    this.#waiting = calls
    if (this.#isScheduled) return
    this.#isScheduled = true
    // Clients do not write earlier than this, so waiting costs no time.
    process.nextTick(() => {
      this.#isScheduled = false
      this.flush()
    })
  }

  /** Sends the waiting calls, before another command. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.send()
  }
}
