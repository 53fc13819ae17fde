/** The pending writes of one key to the near store. */
interface Hold {
  count: number
  /** Writes overlapped, so their order in the far store is unknown. */
  isDisturbed: boolean
}

/** A pending read of a key from the far store, whose result may be stored near. */
export interface Read {
  readonly key: string
  /** The owner that its near entry would have. */
  readonly owner: symbol | undefined
  readonly startedAt: number
  /** The packed value, shared by concurrent readers of the key. */
  readonly answer: Promise<unknown> | undefined
}

/**
 * Tracks which keys are being changed and which are being read from the far store, so that a read that a change has
 * overtaken is not stored near. Its size is bounded by the pending calls.
 */
export class ChangeTracker {
  readonly #holds = new Map<string, Hold>()
  readonly #heldPrefixes = new Set<{ readonly prefix: string }>()
  readonly #reads = new Map<string, Read>()

  /** True while no key is held: every near entry is reliable. */
  get isIdle(): boolean {
    return this.#holds.size === 0 && this.#heldPrefixes.size === 0
  }

  /** True while the near entry of the key is unreliable. */
  isHeld(key: string): boolean {
    if (this.#holds.size > 0 && this.#holds.has(key)) return true
    return this.#heldPrefixes.size > 0 && this.#isPrefixHeld(key)
  }

  /** The pending read of the key, unless a change has overtaken it. */
  readOf(key: string): Read | undefined {
    return this.#reads.size === 0 ? undefined : this.#reads.get(key)
  }

  /** Call it before reading from the far store, and only if no read of the key is pending. */
  startRead(key: string, owner: symbol | undefined, startedAt: number, ask?: (read: Read) => Promise<unknown>): Read {
    const read = { key, owner, startedAt, answer: undefined as Promise<unknown> | undefined }
    this.#reads.set(key, read)
    read.answer = ask?.(read)
    return read
  }

  /** True if the key has not been changed since the read began. */
  isCurrent(read: Read): boolean {
    return this.#reads.get(read.key) === read && !this.isHeld(read.key)
  }

  endRead(read: Read): void {
    if (this.#reads.get(read.key) === read) this.#reads.delete(read.key)
  }

  /** Keeps the result of a pending read of the key from being stored near. */
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

  /** True if the key was held more than once at a time. */
  isDisturbed(key: string): boolean {
    return this.#holds.get(key)?.isDisturbed ?? true
  }

  release(key: string): void {
    const hold = this.#holds.get(key)
    if (hold === undefined) return
    hold.count -= 1
    if (hold.count === 0) this.#holds.delete(key)
  }

  /** Holds every key with the prefix, and overtakes their reads. Returns the function that releases them. */
  holdPrefix(prefix: string): () => void {
    for (const key of this.#reads.keys()) if (key.startsWith(prefix)) this.#reads.delete(key)
    for (const [key, hold] of this.#holds) if (key.startsWith(prefix)) hold.isDisturbed = true
    const held = { prefix }
    this.#heldPrefixes.add(held)
    return () => this.#heldPrefixes.delete(held)
  }

  /** True if `holdPrefix` holds every key with this prefix already. */
  isAllHeld(prefix: string): boolean {
    return this.#isPrefixHeld(prefix)
  }

  #isPrefixHeld(key: string): boolean {
    for (const { prefix } of this.#heldPrefixes) if (key.startsWith(prefix)) return true
    return false
  }
}
