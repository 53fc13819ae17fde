/** What is under way for one key that ends in the near store. */
interface Hold {
  count: number
  /** Two of them met, so nobody here knows which came last. */
  isDisturbed: boolean
}

/** One read of a key from the far store, whose answer may end up near. */
export interface Read {
  readonly key: string
  /** Who began it, as the owner of a near entry. */
  readonly owner: symbol | undefined
  readonly startedAt: number
  /** What comes of it, for others who want the same key. */
  readonly answer: Promise<unknown> | undefined
}

/**
 * Knows which keys are being changed and which are being read from the far store, so that no read which a change has
 * overtaken ends up near. Remembers nothing but what is under way.
 */
export class ChangeTracker {
  readonly #holds = new Map<string, Hold>()
  readonly #heldPrefixes = new Set<{ readonly prefix: string }>()
  readonly #reads = new Map<string, Read>()

  /** Whether near can be relied on for every key. */
  get isIdle(): boolean {
    return this.#holds.size === 0 && this.#heldPrefixes.size === 0
  }

  /** Whether near cannot be relied on for the key. */
  isHeld(key: string): boolean {
    if (this.#holds.size > 0 && this.#holds.has(key)) return true
    return this.#heldPrefixes.size > 0 && this.#isPrefixHeld(key)
  }

  /** The read of the key that is under way, unless a change has overtaken it. */
  readOf(key: string): Read | undefined {
    return this.#reads.size === 0 ? undefined : this.#reads.get(key)
  }

  /** To be called before the far store is asked, and where no read of the key is under way. */
  startRead(key: string, owner: symbol | undefined, startedAt: number, ask?: (read: Read) => Promise<unknown>): Read {
    const read = { key, owner, startedAt, answer: undefined as Promise<unknown> | undefined }
    this.#reads.set(key, read)
    read.answer = ask?.(read)
    return read
  }

  /** Whether nothing has changed the key since the read began. */
  isCurrent(read: Read): boolean {
    return this.#reads.get(read.key) === read && !this.isHeld(read.key)
  }

  endRead(read: Read): void {
    if (this.#reads.get(read.key) === read) this.#reads.delete(read.key)
  }

  /** Makes the read of the key that is under way one that will not end up near. */
  overtake(key: string): void {
    this.#reads.delete(key)
  }

  /** Holds a key until `release`. */
  hold(key: string): void {
    const hold = this.#holds.get(key)
    if (hold === undefined) {
      this.#holds.set(key, { count: 1, isDisturbed: this.#isPrefixHeld(key) })
    } else {
      hold.count += 1
      hold.isDisturbed = true
    }
  }

  /** Whether the key was held by anybody else at the same time. */
  isDisturbed(key: string): boolean {
    return this.#holds.get(key)?.isDisturbed ?? true
  }

  release(key: string): void {
    const hold = this.#holds.get(key)
    if (hold === undefined) return
    hold.count -= 1
    if (hold.count === 0) this.#holds.delete(key)
  }

  /** Holds every key that starts with the prefix, and overtakes their reads, until what it returns is called. */
  holdPrefix(prefix: string): () => void {
    for (const key of this.#reads.keys()) if (key.startsWith(prefix)) this.#reads.delete(key)
    for (const [key, hold] of this.#holds) if (key.startsWith(prefix)) hold.isDisturbed = true
    const held = { prefix }
    this.#heldPrefixes.add(held)
    return () => this.#heldPrefixes.delete(held)
  }

  /** Whether every key that starts with the prefix is held already by `holdPrefix`. */
  isAllHeld(prefix: string): boolean {
    return this.#isPrefixHeld(prefix)
  }

  #isPrefixHeld(key: string): boolean {
    for (const { prefix } of this.#heldPrefixes) if (key.startsWith(prefix)) return true
    return false
  }
}
