import { BoundedMap } from "./bounded-map.js"

const MOST_KEYS = 10_000
/** How many are removed with one call when the store is back. */
const KEYS_A_CALL = 100

/**
 * Keys of entries that could not be overwritten or removed: what the store may still have there is out of date, so this
 * process counts them as misses, until a write or removal of them succeeds. When the store is back they are removed from
 * it. The oldest are forgotten when there are too many.
 */
export class DirtyKeys {
  /** With the number of the failure that made them dirty last. */
  readonly #keys = new BoundedMap<string, number>(MOST_KEYS)
  #failures = 0

  get size(): number {
    return this.#keys.size
  }

  has(finalKey: string): boolean {
    return this.#keys.size > 0 && this.#keys.has(finalKey)
  }

  add(finalKeys: Iterable<string>): void {
    this.#failures += 1
    for (const finalKey of finalKeys) this.#keys.set(finalKey, this.#failures)
  }

  /** A write or removal of these has succeeded. */
  clean(finalKeys: Iterable<string>): void {
    if (this.#keys.size === 0) return
    for (const finalKey of finalKeys) this.#keys.delete(finalKey)
  }

  /** Removes them all with `remove`; those stay dirty for which it fails, or another call fails meanwhile. */
  async purge(remove: (finalKeys: readonly string[]) => Promise<unknown>): Promise<void> {
    const keys = [...this.#keys.keys()]
    for (let start = 0; start < keys.length; start += KEYS_A_CALL) {
      const some = keys.slice(start, start + KEYS_A_CALL).filter((finalKey) => this.#keys.has(finalKey))
      const failures = this.#failures
      if (some.length > 0) await remove(some)
      this.clean(some.filter((finalKey) => (this.#keys.get(finalKey) ?? 0) <= failures))
    }
  }
}
