import type { Milliseconds } from "@larder/core"
import { RecentMap } from "./recent-map.js"

/** Keys that are marked for a limited time. */
export class TimeMarks {
  readonly #lasts: Milliseconds
  readonly #ends: RecentMap<Milliseconds>

  constructor(lasts: Milliseconds, most: number) {
    this.#lasts = lasts
    this.#ends = new RecentMap(most)
  }

  add(key: string, now: Milliseconds): void {
    this.#ends.set(key, now + this.#lasts)
  }

  has(key: string, now: Milliseconds): boolean {
    const end = this.#ends.get(key)
    return end !== undefined && now < end
  }

  delete(key: string): void {
    this.#ends.delete(key)
  }
}
