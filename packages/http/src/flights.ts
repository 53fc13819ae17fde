import type { StoredPage } from "./engine/stored-page.js"
import type { PageControl } from "./page-control.js"

/** Why a run of the handler brought no page for those who waited. */
export type NoPage =
  /** Its answer is not for all: each of them runs the handler himself. */
  | "unshareable"
  /** It broke off, and says nothing about the page: one of them takes over. */
  | "lost"
  /** Its client left: it says nothing of the page either, nor of the handler, and one of them takes over. */
  | "left"
  /** The handler failed: a stale page may stand in, else one of them tries again. */
  | "failed"

/** How a run of the handler for a page ended. */
export type FlightResult =
  | { readonly page: StoredPage; readonly noPage?: undefined }
  | { readonly page?: undefined; readonly noPage: NoPage }

/** One run of the handler that others may wait for. */
export class Flight {
  readonly key: string
  /** The tags of its place, which are known before it starts. */
  readonly tags: ReadonlySet<string>
  readonly result: Promise<FlightResult>
  /** The control of the run, as soon as it is there. */
  leader: PageControl | undefined
  readonly #resolve: (result: FlightResult) => void
  #current = true

  constructor(key: string, tags: readonly string[]) {
    this.key = key
    this.tags = new Set(tags)
    const { promise, resolve } = withResolvers<FlightResult>()
    this.result = promise
    this.#resolve = resolve
  }

  /** False once the page was purged: what this run brings is out of date, and a newer run may have stored its page. */
  get current(): boolean {
    return this.#current
  }

  /** Tells those who wait. Only the first result counts. */
  settle(result: FlightResult): void {
    this.#resolve(result)
  }

  supersede(): void {
    this.#current = false
  }
}

/** The runs of handlers under way in this process, each under the key of what it renders. */
export class Flights {
  readonly #flights = new Map<string, Flight>()

  find(key: string): Flight | undefined {
    return this.#flights.get(key)
  }

  begin(key: string, tags: readonly string[]): Flight {
    const flight = new Flight(key, tags)
    this.#flights.set(key, flight)
    return flight
  }

  end(flight: Flight): void {
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key)
  }

  /** Nobody joins what is under way for pages with one of these tags, or, as handlers can add tags late, for any page. */
  leave(tags: readonly string[] | "all"): void {
    for (const flight of this.#flights.values()) {
      if (tags !== "all" && !tags.some((tag) => flight.tags.has(tag))) continue
      flight.supersede()
      this.#flights.delete(flight.key)
    }
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
