import type { Filled } from "./fill.js"
import { SharedReads } from "./shared-reads.js"
import { SingleFlight } from "./single-flight.js"

/** The work of this process that callers share, and that is out of date for those who come after a write. */
export class Underway {
  readonly reads: SharedReads = new SharedReads()
  /** Values that somebody waits for. */
  readonly flights: SingleFlight<Filled> = new SingleFlight()
  /** New values for keys that have one to give meanwhile. */
  readonly refreshes: SingleFlight<Filled> = new SingleFlight()

  /** Whether there is any: else a write need not ask further. */
  get any(): boolean {
    return this.reads.size > 0 || this.flights.size > 0 || this.refreshes.size > 0
  }

  /**
   * Call it before and after each write or removal of the entries: nobody joins older work from then on, and it stores
   * nothing. Resolves when the stores that were already under way have landed.
   */
  fence(finalKeys: readonly string[]): Promise<unknown> | undefined {
    if (!this.any) return undefined
    const stores: Promise<unknown>[] = []
    for (const finalKey of finalKeys) {
      this.reads.leave(finalKey)
      for (const work of [this.flights, this.refreshes]) {
        const store = work.fence(finalKey)
        if (store !== undefined) stores.push(store)
      }
    }
    return stores.length === 0 ? undefined : Promise.all(stores)
  }

  fenceAll(): Promise<unknown> {
    this.reads.leaveAll()
    return Promise.all([this.flights.fenceAll(), this.refreshes.fenceAll()])
  }

  /** Call it before and after tokens are replaced: nobody joins work that depends on some. It may store: its tokens tell. */
  leaveGuarded(): void {
    this.reads.leaveAll()
    this.flights.leaveTagged()
    this.refreshes.leaveTagged()
  }
}
