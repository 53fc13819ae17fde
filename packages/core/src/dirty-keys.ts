import { BoundedMap } from "./bounded-map.js"

const MOST_KEYS = 10_000
/** How many are removed per call when the store is back. */
const KEYS_A_CALL = 100

type Removal = (finalKeys: readonly string[]) => Promise<unknown>

/**
 * Keys of entries that could not be overwritten or removed. The store may still have outdated values there, so this process
 * counts them as misses until they are written or removed. When the store is back, they are removed from it. If there are
 * too many, the oldest are dropped.
 */
export class DirtyKeys {
  /** By key, the number of the last failure that made it dirty. */
  readonly #keys = new BoundedMap<string, number>(MOST_KEYS)
  #failures = 0
  /** The last one; absent when it has ended. */
  #purging: Promise<void> | undefined

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

  /**
   * Removes them with `remove`: those that are given, else all. Keys stay dirty if it fails, or another call for them fails
   * meanwhile. One purge at a time: a late removal could hit what was written since.
   */
  purge(remove: Removal, finalKeys: Iterable<string> = this.#keys.keys()): Promise<void> {
    const keys = [...finalKeys]
    const purge = (): Promise<void> => this.#purge(remove, keys)
    const purging = this.#purging === undefined ? purge() : this.#purging.then(purge)
    const end = (): void => {
      if (this.#purging === ended) this.#purging = undefined
    }
    const ended = purging.then(end, end)
    this.#purging = ended
    return purging
  }

  async #purge(remove: Removal, keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += KEYS_A_CALL) {
      const some = keys.slice(start, start + KEYS_A_CALL).filter((finalKey) => this.#keys.has(finalKey))
      const failures = this.#failures
      if (some.length > 0) await remove(some)
      this.clean(some.filter((finalKey) => (this.#keys.get(finalKey) ?? 0) <= failures))
    }
  }
}
