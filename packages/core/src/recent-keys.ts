/** Enough for the keys of a busy page; the keys themselves are at most 250 bytes or so. */
const MOST_KEYS = 1_024
/** One new key in this many is remembered, so that keys that are used once cost next to nothing. */
const NOTED_EVERY = 8

/**
 * Remembers final keys of frequently used keys: building, checking and hashing the new string is otherwise most of the cost
 * of a read from memory (`bench/`). Holds one version and one generation at a time.
 */
export class RecentKeys {
  readonly #finalKeys = new Map<string, string>()
  #version = 0
  #generation: string | undefined
  #unknown = 0

  get(key: string, version: number, generation: string | undefined): string | undefined {
    return version === this.#version && generation === this.#generation ? this.#finalKeys.get(key) : undefined
  }

  /** Returns the final key. */
  note(key: string, version: number, generation: string | undefined, finalKey: string): string {
    this.#unknown++
    if (this.#unknown % NOTED_EVERY === 0) {
      const isOther = version !== this.#version || generation !== this.#generation
      if (isOther || this.#finalKeys.size === MOST_KEYS) this.#finalKeys.clear()
      this.#version = version
      this.#generation = generation
      this.#finalKeys.set(key, finalKey)
    }
    return finalKey
  }
}
