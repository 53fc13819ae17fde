/** What a queue needs of its items; written only by the queue. An item is in at most one queue. */
export interface Queued<Item> {
  bytes: number
  newer: Item | undefined
  older: Item | undefined
}

/** A FIFO queue that knows the total bytes of its items and removes any of them in constant time. */
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
