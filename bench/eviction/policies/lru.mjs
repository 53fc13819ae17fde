import { LinkedQueue } from "../linked-queue.mjs"

/** Least recently used: a hit moves its node to the new end. */
export class Lru {
  #capacity
  #nodes = new Map()
  #queue = new LinkedQueue()

  constructor(capacity) {
    this.#capacity = capacity
  }

  get(key) {
    const node = this.#nodes.get(key)
    if (node === undefined) return undefined
    if (node !== this.#queue.newest) {
      this.#queue.remove(node)
      this.#queue.push(node)
    }
    return node.value
  }

  set(key, value) {
    if (this.#nodes.size >= this.#capacity) this.#nodes.delete(this.#queue.shift().key)
    const node = { key, value, newer: undefined, older: undefined }
    this.#nodes.set(key, node)
    this.#queue.push(node)
  }
}
