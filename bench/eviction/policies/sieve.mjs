import { LinkedQueue } from "../linked-queue.mjs"

/**
 * SIEVE (Zhang and others, NSDI 2024): a hit sets a bit. A hand moves from old to new, clears bits and evicts the first node
 * whose bit is not set. Nodes never move.
 */
export class Sieve {
  #capacity
  #nodes = new Map()
  #queue = new LinkedQueue()
  #hand

  constructor(capacity) {
    this.#capacity = capacity
  }

  get(key) {
    const node = this.#nodes.get(key)
    if (node === undefined) return undefined
    node.visited = true
    return node.value
  }

  set(key, value) {
    if (this.#nodes.size >= this.#capacity) this.#evict()
    const node = { key, value, visited: false, newer: undefined, older: undefined }
    this.#nodes.set(key, node)
    this.#queue.push(node)
  }

  #evict() {
    let node = this.#hand ?? this.#queue.oldest
    while (node.visited) {
      node.visited = false
      node = node.newer ?? this.#queue.oldest
    }
    this.#hand = node.newer
    this.#queue.remove(node)
    this.#nodes.delete(node.key)
  }
}
