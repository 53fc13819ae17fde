import type { StoredPage } from "./engine/stored-page.js"

/** How a run of the handler for a page ended. */
export type FlightResult =
  | { readonly page: StoredPage }
  /** The page cannot be shared: everybody who waited runs the handler himself. */
  | { readonly page?: undefined; readonly lost: false }
  /** The run broke off and says nothing about the page: somebody who waited takes over. */
  | { readonly page?: undefined; readonly lost: true }

/** One run of the handler that others may wait for. */
export class Flight {
  readonly key: string
  readonly pageKey: string
  readonly result: Promise<FlightResult>
  readonly #resolve: (result: FlightResult) => void
  #current = true
  #storing: Promise<unknown> | undefined

  constructor(key: string, pageKey: string) {
    this.key = key
    this.pageKey = pageKey
    const { promise, resolve } = withResolvers<FlightResult>()
    this.result = promise
    this.#resolve = resolve
  }

  /** False once the page was purged: what this run brings is out of date and not to be stored. */
  get current(): boolean {
    return this.#current
  }

  get storing(): Promise<unknown> | undefined {
    return this.#storing
  }

  /** Tells those who wait. Only the first result counts. */
  settle(result: FlightResult): void {
    this.#resolve(result)
  }

  /** Announces a write that is under way, so that a purge can wait for it. */
  announce(storing: Promise<unknown>): void {
    this.#storing = storing
  }

  supersede(): void {
    this.#current = false
  }
}

/** The runs of handlers under way in this process, each under the key of what it renders. */
export class Flights {
  readonly #flights = new Map<string, Flight>()
  readonly #all = new Set<Flight>()

  find(key: string): Flight | undefined {
    return this.#flights.get(key)
  }

  begin(key: string, pageKey: string): Flight {
    const flight = new Flight(key, pageKey)
    this.#flights.set(key, flight)
    this.#all.add(flight)
    return flight
  }

  /** Nobody else joins the flight. */
  end(flight: Flight): void {
    this.#all.delete(flight)
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key)
  }

  /**
   * To be called before and after a purge: flights of the page, or of all pages, store nothing any more, and nobody joins
   * them. Resolves when the writes of theirs that were under way have landed.
   */
  async fence(pageKey?: string): Promise<void> {
    const fenced = [...this.#all].filter((flight) => pageKey === undefined || flight.pageKey === pageKey)
    for (const flight of fenced) {
      flight.supersede()
      if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key)
    }
    await Promise.all(fenced.map(({ storing }) => storing))
  }
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
