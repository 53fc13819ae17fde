type Listener = (error: unknown) => void

interface Emitter {
  on?(event: "error", listener: Listener): unknown
  off?(event: "error", listener: Listener): unknown
}

/**
 * Turns the `error` events of an adapter into rejections: adapters emit them, and return as if there were no entry, or as if
 * it had been stored. It listens while it is held, and while a call runs.
 */
export class ErrorWatch {
  readonly #adapter: Emitter
  #holders = 0
  #announced = 0
  #latest: unknown

  constructor(adapter: Emitter) {
    this.#adapter = adapter
  }

  /** Listens until it is released as often as it was held. Without a listener, an `error` event would end the process. */
  hold(): void {
    this.#holders += 1
    if (this.#holders === 1) this.#adapter.on?.("error", this.#listen)
  }

  release(): void {
    this.#holders -= 1
    if (this.#holders === 0) this.#adapter.off?.("error", this.#listen)
  }

  /**
   * Returns the result of a call. Rejects if the call fails, or if an error was emitted meanwhile, unless the result proves
   * that it succeeded. An error cannot be attributed to one call, so a concurrent true miss may be rejected too.
   */
  async run(call: () => unknown, proves: (answer: unknown) => boolean): Promise<unknown> {
    this.hold()
    try {
      const before = this.#announced
      const answer = await call()
      if (this.#announced !== before && !proves(answer)) throw this.#latest
      return answer
    } finally {
      this.release()
    }
  }

  readonly #listen: Listener = (error) => {
    this.#announced += 1
    this.#latest = error
  }
}

const watches = new WeakMap<object, ErrorWatch>()

/** The watch of an adapter. Several backends share it, and so one listener. */
export function watchErrors(adapter: object): ErrorWatch {
  const watch = watches.get(adapter) ?? new ErrorWatch(adapter)
  watches.set(adapter, watch)
  return watch
}
