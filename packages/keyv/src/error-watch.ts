/**
 * Makes rejections of the errors that an adapter only announces: adapters emit `error` and answer as if nothing was
 * there, or as if all was stored.
 */
export class ErrorWatch {
  #announced = 0
  #latest: unknown

  constructor(adapter: { on?(event: "error", listener: (error: unknown) => void): unknown }) {
    // An `error` that nobody listens to would end the process.
    adapter.on?.("error", (error) => {
      this.#announced += 1
      this.#latest = error
    })
  }

  /**
   * The answer of a call. Rejects when the call fails, and when an error was announced while it ran, unless the answer
   * proves that it succeeded. Which call an error belongs to cannot be told, so a true miss may be rejected beside it.
   */
  async run(call: () => unknown, proves: (answer: unknown) => boolean): Promise<unknown> {
    const before = this.#announced
    const answer = await call()
    if (this.#announced !== before && !proves(answer)) throw this.#latest
    return answer
  }
}

const watches = new WeakMap<object, ErrorWatch>()

/** The watch of an adapter: one, and one listener, however many backends are on it. */
export function watchErrors(adapter: object): ErrorWatch {
  const watch = watches.get(adapter) ?? new ErrorWatch(adapter)
  watches.set(adapter, watch)
  return watch
}
