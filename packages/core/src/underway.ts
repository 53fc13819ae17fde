import type { Filled } from "./fill.js"
import { SharedReads } from "./shared-reads.js"
import { SingleFlight } from "./single-flight.js"

/** Work in progress that callers of this process share, and that is outdated for callers after a write. */
export class Underway {
  readonly reads: SharedReads = new SharedReads()
  /** Values that callers wait for. */
  readonly flights: SingleFlight<Filled> = new SingleFlight()
  /** New values for keys that have a value to return meanwhile. */
  readonly refreshes: SingleFlight<Filled> = new SingleFlight()

  /** Whether there is any; if not, a write need not check further. */
  get any(): boolean {
    return this.reads.size > 0 || this.flights.size > 0 || this.refreshes.size > 0
  }

  /**
   * Call it before and after each write or removal of the entries: later callers do not join older work, and it stores
   * nothing. Resolves when pending stores have ended.
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

  /** Call it before and after tokens are replaced: work with tags is not joined any more. It may still store: its tokens decide. */
  leaveGuarded(): void {
    this.reads.leaveAll()
    this.flights.leaveTagged()
    this.refreshes.leaveTagged()
  }
}
