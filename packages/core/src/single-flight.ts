/** One piece of work under way, shared by everybody who asks for its key. */
export interface Flight {
  /** Aborted when every caller that can give up has given up, and no other is left. Made when first asked for. */
  readonly signal: AbortSignal
  /** False once somebody wrote or removed the entry: what this flight brings is then out of date and not to be stored. */
  readonly current: boolean
  /** Announces a store that is under way, so that a later write can wait for it. */
  storing(store: Promise<unknown>): void
}

/** Lets callers of one key share one piece of work. */
export class SingleFlight<Result> {
  readonly #flights = new Map<string, SharedFlight<Result>>()

  /** How many pieces of work are under way. */
  get size(): number {
    return this.#flights.size
  }

  /** The result of the work under way for this key, which is started if there is none. */
  join(key: string, work: (flight: Flight) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    let flight = this.#flights.get(key)
    if (flight === undefined) {
      const started: SharedFlight<Result> = new SharedFlight<Result>(() => this.#forget(key, started))
      this.#flights.set(key, started)
      started.start(work)
      flight = started
    }
    return flight.wait(signal)
  }

  /**
   * Call it before and after each write or removal of the entry: nobody joins an older flight from then on, and it stores
   * nothing. Resolves when a store of such a flight that was already under way has landed.
   */
  fence(key: string): Promise<unknown> | undefined {
    const flight = this.#flights.get(key)
    if (flight === undefined) return undefined
    this.#flights.delete(key)
    return flight.supersede()
  }

  fenceAll(): Promise<unknown> {
    return Promise.all([...this.#flights.keys()].map((key) => this.fence(key)))
  }

  #forget(key: string, flight: SharedFlight<Result>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}

class SharedFlight<Result> implements Flight {
  current = true
  readonly #ended: () => void
  #controller: AbortController | undefined
  #waiting = 0
  #abandoned = false
  #result: Promise<Result> | undefined
  #store: Promise<unknown> | undefined

  /** `ended` is called when nobody is to join any more. */
  constructor(ended: () => void) {
    this.#ended = ended
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#abandoned) this.#controller.abort()
    return this.#controller.signal
  }

  start(work: (flight: Flight) => Promise<Result>): void {
    this.#result = this.#run(work)
  }

  async #run(work: (flight: Flight) => Promise<Result>): Promise<Result> {
    try {
      return await work(this)
    } finally {
      this.#ended()
    }
  }

  storing(store: Promise<unknown>): void {
    this.#store = store
  }

  supersede(): Promise<unknown> | undefined {
    this.current = false
    return this.#store?.catch(() => undefined)
  }

  wait(signal: AbortSignal | undefined): Promise<Result> {
    const result = this.#result as Promise<Result>
    this.#waiting++
    if (signal === undefined) return result
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(signal.reason)
        this.#leave()
      }
      signal.addEventListener("abort", giveUp, { once: true })
      result.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp))
    })
  }

  #leave(): void {
    this.#waiting--
    if (this.#waiting > 0) return
    this.#abandoned = true
    this.#ended()
    this.#controller?.abort()
  }
}
