/**
 * Remembers recently evicted keys. Stores a fingerprint instead of the key, so that every key takes the same little memory;
 * two keys with the same fingerprint are mistaken for each other, which does no harm here.
 */
export class GhostList {
  // Two generations instead of a queue: after many deletions, the oldest member of a Set is slow to find.
  #recent = new Set<number>()
  #former = new Set<number>()

  /** Drops the oldest, so that at most `limit` keys are remembered, and at least the last half of that. */
  add(key: string, limit: number): void {
    this.#recent.add(fingerprint(key))
    if (this.#recent.size * 2 < limit) return
    this.#former = this.#recent
    this.#recent = new Set()
  }

  /** Whether the key was remembered; it no longer is. */
  take(key: string): boolean {
    const print = fingerprint(key)
    return this.#recent.delete(print) || this.#former.delete(print)
  }
}

function fingerprint(key: string): number {
  let print = 0x811c9dc5
  for (let index = 0; index < key.length; index++) print = Math.imul(print ^ key.charCodeAt(index), 0x01000193)
  return print
}
