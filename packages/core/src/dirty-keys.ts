import { BoundedMap } from "./bounded-map.js"

const MOST_KEYS = 10_000
/** How many are removed per call when the store is back. */
const KEYS_A_CALL = 100

/**
 * Keys of entries that could not be overwritten or removed. The store may still have outdated values there, so this process
 * counts them as misses until they are written or removed. When the store is back, they are removed from it. If there are
 * too many, the oldest are dropped.
 */
export class DirtyKeys {
  /** By key, the number of the last failure that made it dirty. */
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

  /** Removes them all with `remove`. Keys stay dirty if it fails, or another call for them fails meanwhile. */
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
