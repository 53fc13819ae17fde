/** What the heap needs of its items. */
export interface Expiring {
  /** When the item expires, in milliseconds. */
  readonly expiry: number
  /** Written only by the heap: `notInHeap` while the item is not in it. */
  heapIndex: number
}

/** The `heapIndex` of an item that is not in a heap. */
export const notInHeap = -1

/**
 * A binary heap that finds an expired item. Items know their index, so that any can be removed. One whose expiry is postponed,
 * as by each `set` of a key, keeps its place until the old expiry is due: usually it is postponed again before that.
 */
export class ExpiryHeap<Item extends Expiring> {
  readonly #items: Item[] = []
  /** What items are ordered by: their expiry, or an earlier one. */
  readonly #dueAt: number[] = []

  get size(): number {
    return this.#items.length
  }

  /** Call it when an item is added, and when its expiry has changed. */
  update(item: Item): void {
    const { expiry, heapIndex } = item
    if (heapIndex === notInHeap) this.#rise(item, expiry, this.#items.length)
    else if (expiry < this.#dueAtOf(heapIndex)) this.#rise(item, expiry, heapIndex)
  }

  /** Does nothing if the item is not in the heap. */
  remove(item: Item): void {
    const { heapIndex } = item
    if (heapIndex === notInHeap) return
    const last = this.#items.pop()
    const dueAt = this.#dueAt.pop()
    if (last !== undefined && dueAt !== undefined && last !== item) {
      this.#rise(last, dueAt, heapIndex)
      this.#sink(last, dueAt, last.heapIndex)
    }
    item.heapIndex = notInHeap
  }

  /** An expired item, if there is one. */
  firstExpired(now: number): Item | undefined {
    for (let first = this.#items[0]; first && this.#dueAtOf(0) <= now; first = this.#items[0]) {
      if (first.expiry <= now) return first
      this.#sink(first, first.expiry, 0)
    }
    return undefined
  }

  #rise(item: Item, dueAt: number, from: number): void {
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (this.#dueAtOf(parent) <= dueAt) break
      this.#move(parent, index)
      index = parent
    }
    this.#place(item, dueAt, index)
  }

  #sink(item: Item, dueAt: number, from: number): void {
    let index = from
    for (let child = this.#earlierChild(index); child !== undefined; child = this.#earlierChild(index)) {
      if (dueAt <= this.#dueAtOf(child)) break
      this.#move(child, index)
      index = child
    }
    this.#place(item, dueAt, index)
  }

  #earlierChild(index: number): number | undefined {
    const left = index * 2 + 1
    const right = left + 1
    if (right < this.#dueAt.length) return this.#dueAtOf(right) < this.#dueAtOf(left) ? right : left
    return left < this.#dueAt.length ? left : undefined
  }

  #dueAtOf(index: number): number {
    return this.#dueAt[index] as number
  }

  #move(from: number, to: number): void {
    this.#place(this.#items[from] as Item, this.#dueAtOf(from), to)
  }

  #place(item: Item, dueAt: number, index: number): void {
    this.#items[index] = item
    this.#dueAt[index] = dueAt
    item.heapIndex = index
  }
}
