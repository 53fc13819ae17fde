import { LinkedQueue } from "../linked-queue.mjs"

/**
 * S3-FIFO (Yang and others, SOSP 2023): new entries pass through a small queue (a tenth of the capacity). Those hit there move
 * to the main queue; the others are evicted, but their keys are remembered as ghosts, and go straight to the main queue if
 * they return soon.
 */
export class S3Fifo {
  #capacity
  #hitsToStay
  #nodes = new Map()
  #small = new LinkedQueue()
  #main = new LinkedQueue()
  // Two generations instead of a queue: the oldest key of a long-lived Set is slow to find.
  #recentGhosts = new Set()
  #formerGhosts = new Set()

  /** `hitsToStay`: hits in the small queue after which an entry moves to the main one; 2 in the paper. */
  constructor(capacity, hitsToStay) {
    this.#capacity = capacity
    this.#hitsToStay = hitsToStay
  }

  get(key) {
    const node = this.#nodes.get(key)
    if (node === undefined) return undefined
    if (node.hits < 3) node.hits += 1
    return node.value
  }

  set(key, value) {
    if (this.#nodes.size >= this.#capacity) this.#evict()
    const node = { key, value, hits: 0, newer: undefined, older: undefined }
    this.#nodes.set(key, node)
    if (this.#recentGhosts.delete(key) || this.#formerGhosts.delete(key)) this.#main.push(node)
    else this.#small.push(node)
  }

  #evict() {
    for (;;) {
      const fromSmall = this.#small.size * 10 > this.#nodes.size || this.#main.size === 0
      const node = fromSmall ? this.#small.shift() : this.#main.shift()
      if (node.hits < (fromSmall ? this.#hitsToStay : 1)) {
        this.#nodes.delete(node.key)
        if (fromSmall) this.#remember(node.key)
        return
      }
      node.hits = fromSmall ? 0 : node.hits - 1
      this.#main.push(node)
    }
  }

  #remember(key) {
    this.#recentGhosts.add(key)
    if (this.#recentGhosts.size * 2 < this.#nodes.size) return
    this.#formerGhosts = this.#recentGhosts
    this.#recentGhosts = new Set()
  }
}
