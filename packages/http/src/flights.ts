import type { Milliseconds } from "@larder/core"
import type { StoredPage } from "./engine/stored-page.js"
import type { PageControl } from "./page-control.js"

/** Why a run of the handler produced no page for the requests that waited. */
export type NoPage =
  /** Its response may not be shared, or takes too long to end: each of them runs the handler itself. */
  | "unshareable"
  /** It was aborted, which says nothing about the page: one of them takes over. */
  | "lost"
  /** Its client disconnected, which says nothing about page or handler: one of them takes over. */
  | "left"
  /** The handler failed: a stale page may be served, else one of them tries again. */
  | "failed"

/** How a run of the handler for a page ended. */
export type FlightResult =
  | { readonly page: StoredPage; readonly noPage?: undefined }
  | { readonly page?: undefined; readonly noPage: NoPage }

/** A run of the handler that other requests may wait for. */
export class Flight {
  readonly key: string
  /** The tags of its URL, known before it starts. */
  readonly tags: ReadonlySet<string>
  readonly result: Promise<FlightResult>
  /** The control of the run, once it exists. */
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

  /** False once the page was purged: the result of this run is outdated, and a newer run may have stored the page. */
  get current(): boolean {
    return this.#current
  }

  /** The body has begun: nobody waits for its end for more than `limit`, nor at all after that. It may still become a page. */
  stream(limit: Milliseconds): void {
    const timer = setTimeout(() => this.settle({ noPage: "unshareable" }), limit)
    timer.unref()
    void this.result.then(() => clearTimeout(timer))
  }

  /** Resolves `result`. Only the first call counts. */
  settle(result: FlightResult): void {
    this.#resolve(result)
  }

  supersede(): void {
    this.#current = false
  }
}

/** The pending runs of handlers in this process, by the key of what they render. */
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

  /** Stops requests from joining pending runs for pages with one of these tags, or, since handlers can add tags late, all runs. */
  leave(tags: readonly string[] | "all"): void {
    for (const flight of this.#flights.values()) {
      if (tags !== "all" && !tags.some((tag) => flight.tags.has(tag))) continue
      flight.supersede()
      this.#flights.delete(flight.key)
    }
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
