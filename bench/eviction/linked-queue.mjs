/** A doubly linked list of nodes, which have `newer` and `older`. Every policy uses it to keep its order. */
export class LinkedQueue {
  newest
  oldest
  size = 0

  push(node) {
    node.newer = undefined
    node.older = this.newest
    if (this.newest === undefined) this.oldest = node
    else this.newest.newer = node
    this.newest = node
    this.size += 1
  }

  remove(node) {
    if (node.newer === undefined) this.newest = node.older
    else node.newer.older = node.older
    if (node.older === undefined) this.oldest = node.newer
    else node.older.newer = node.newer
    this.size -= 1
  }

  shift() {
    const node = this.oldest
    this.remove(node)
    return node
  }
}
