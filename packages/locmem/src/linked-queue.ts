/** What a queue needs of its items, and alone writes. An item is in one queue at most. */
export interface Queued<Item> {
  bytes: number
  newer: Item | undefined
  older: Item | undefined
}

/** A first-in, first-out queue that knows the bytes of its items and takes any of them out in constant time. */
export class LinkedQueue<Item extends Queued<Item>> {
  #newest: Item | undefined
  #oldest: Item | undefined
  #entries = 0
  #bytes = 0

  get entries(): number {
    return this.#entries
  }

  get bytes(): number {
    return this.#bytes
  }

  get oldest(): Item | undefined {
    return this.#oldest
  }

  push(item: Item): void {
    item.older = this.#newest
    if (this.#newest === undefined) this.#oldest = item
    else this.#newest.newer = item
    this.#newest = item
    this.#entries += 1
    this.#bytes += item.bytes
  }

  remove(item: Item): void {
    if (item.newer === undefined) this.#newest = item.older
    else item.newer.older = item.older
    if (item.older === undefined) this.#oldest = item.newer
    else item.older.newer = item.newer
    item.newer = undefined
    item.older = undefined
    this.#entries -= 1
    this.#bytes -= item.bytes
  }

  resize(item: Item, bytes: number): void {
    this.#bytes += bytes - item.bytes
    item.bytes = bytes
  }
}
