import { LinkedQueue } from "../linked-queue.mjs"

/**
 * W-TinyLFU (Einziger, Friedman and Manes, 2017): an LRU window (a hundredth of the capacity), then a segmented LRU (one fifth
 * probation, four fifths protected) that admits an entry only if its estimated frequency exceeds that of the victim. The
 * size of the window is fixed.
 */
export class WTinyLfu {
  #windowCapacity
  #mainCapacity
  #protectedCapacity
  #nodes = new Map()
  #window = new LinkedQueue()
  #probation = new LinkedQueue()
  #protected = new LinkedQueue()
  #sketch

  constructor(capacity) {
    this.#windowCapacity = Math.max(1, Math.floor(capacity / 100))
    this.#mainCapacity = Math.max(1, capacity - this.#windowCapacity)
    this.#protectedCapacity = Math.floor(this.#mainCapacity * 0.8)
    this.#sketch = new FrequencySketch(capacity)
  }

  get(key) {
    const node = this.#nodes.get(key)
    if (node === undefined) return undefined
    this.#sketch.add(node.hash)
    if (node.queue === this.#probation) this.#protect(node)
    else if (node !== node.queue.newest) {
      node.queue.remove(node)
      node.queue.push(node)
    }
    return node.value
  }

  set(key, value) {
    const hash = hashOf(key)
    this.#sketch.add(hash)
    const node = { key, value, hash, queue: this.#window, newer: undefined, older: undefined }
    this.#nodes.set(key, node)
    this.#window.push(node)
    if (this.#window.size > this.#windowCapacity) this.#admit(this.#window.shift())
  }

  #admit(candidate) {
    if (this.#probation.size + this.#protected.size < this.#mainCapacity) {
      this.#move(candidate, this.#probation)
      return
    }
    const queue = this.#probation.size > 0 ? this.#probation : this.#protected
    const victim = queue.oldest
    if (this.#sketch.estimate(candidate.hash) > this.#sketch.estimate(victim.hash)) {
      queue.remove(victim)
      this.#nodes.delete(victim.key)
      this.#move(candidate, this.#probation)
    } else {
      this.#nodes.delete(candidate.key)
    }
  }

  #protect(node) {
    this.#probation.remove(node)
    this.#move(node, this.#protected)
    if (this.#protected.size > this.#protectedCapacity) this.#move(this.#protected.shift(), this.#probation)
  }

  #move(node, queue) {
    node.queue = queue
    queue.push(node)
  }
}

/** A count-min sketch with four rows of counters up to 15, which are halved after ten times the capacity of additions. */
class FrequencySketch {
  #counters
  #mask
  #sampleSize
  #added = 0

  constructor(capacity) {
    const width = 2 ** Math.ceil(Math.log2(Math.max(16, capacity * 4)))
    this.#counters = new Uint8Array(width)
    this.#mask = width - 1
    this.#sampleSize = capacity * 10
  }

  add(hash) {
    for (let row = 0; row < 4; row += 1) {
      const slot = this.#slot(hash, row)
      if (this.#counters[slot] < 15) this.#counters[slot] += 1
    }
    this.#added += 1
    if (this.#added >= this.#sampleSize) {
      for (let slot = 0; slot < this.#counters.length; slot += 1) this.#counters[slot] >>= 1
      this.#added = Math.floor(this.#added / 2)
    }
  }

  estimate(hash) {
    let least = 15
    for (let row = 0; row < 4; row += 1) least = Math.min(least, this.#counters[this.#slot(hash, row)])
    return least
  }

  #slot(hash, row) {
    const mixed = Math.imul(hash ^ (row * 0x9e3779b9), 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & this.#mask
  }
}

function hashOf(key) {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return hash
}
