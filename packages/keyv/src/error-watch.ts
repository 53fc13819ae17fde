/**
 * Turns the `error` events of an adapter into rejections: adapters emit them, and return as if there were no entry, or as if
 * it had been stored.
 */
export class ErrorWatch {
  #announced = 0
  #latest: unknown

  constructor(adapter: { on?(event: "error", listener: (error: unknown) => void): unknown }) {
    // Without a listener, an `error` event would end the process.
    adapter.on?.("error", (error) => {
      this.#announced += 1
      this.#latest = error
    })
  }

  /**
   * Returns the result of a call. Rejects if the call fails, or if an error was emitted meanwhile, unless the result proves
   * that it succeeded. An error cannot be attributed to one call, so a concurrent true miss may be rejected too.
   */
  async run(call: () => unknown, proves: (answer: unknown) => boolean): Promise<unknown> {
    const before = this.#announced
    const answer = await call()
    if (this.#announced !== before && !proves(answer)) throw this.#latest
    return answer
  }
}

const watches = new WeakMap<object, ErrorWatch>()

/** The watch of an adapter. Several backends share it, and so one listener. */
export function watchErrors(adapter: object): ErrorWatch {
  const watch = watches.get(adapter) ?? new ErrorWatch(adapter)
  watches.set(adapter, watch)
  return watch
}
