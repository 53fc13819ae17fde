/** What the heap needs of its items; it writes `heapIndex`, which is `notInHeap` while the item is not in it. */
export interface Expiring {
  /** The instant, in milliseconds, from which on the item is gone. */
  readonly expiry: number
  heapIndex: number
}

/** The `heapIndex` of an item that is in no heap. */
export const notInHeap = -1

/** A binary heap that always knows the item that expires first. Items know their place, so that any can leave. */
export class ExpiryHeap<Item extends Expiring> {
  readonly #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  get first(): Item | undefined {
    return this.#items[0]
  }

  add(item: Item): void {
    this.#place(item, this.#items.length)
    this.#rise(item)
  }

  /** Does nothing when the item is not there. */
  remove(item: Item): void {
    if (item.heapIndex === notInHeap) return
    const last = this.#items.pop()
    if (last !== undefined && last !== item) {
      this.#place(last, item.heapIndex)
      this.#rise(last)
      this.#sink(last)
    }
    item.heapIndex = notInHeap
  }

  #rise(item: Item): void {
    while (item.heapIndex > 0) {
      const parentIndex = (item.heapIndex - 1) >> 1
      const parent = this.#items[parentIndex]
      if (parent === undefined || parent.expiry <= item.expiry) return
      this.#place(parent, item.heapIndex)
      this.#place(item, parentIndex)
    }
  }

  #sink(item: Item): void {
    for (let child = this.#earlierChild(item); child !== undefined; child = this.#earlierChild(item)) {
      if (item.expiry <= child.expiry) return
      const { heapIndex } = child
      this.#place(child, item.heapIndex)
      this.#place(item, heapIndex)
    }
  }

  #earlierChild(item: Item): Item | undefined {
    const left = this.#items[item.heapIndex * 2 + 1]
    const right = this.#items[item.heapIndex * 2 + 2]
    return left !== undefined && right !== undefined && right.expiry < left.expiry ? right : left
  }

  #place(item: Item, index: number): void {
    this.#items[index] = item
    item.heapIndex = index
  }
}
