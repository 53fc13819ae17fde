import { describe, expect, it } from "vitest"
import { LinkedQueue, type Queued } from "./linked-queue.js"

class Item implements Queued<Item> {
  newer: Item | undefined
  older: Item | undefined
  bytes: number
  constructor(bytes: number) {
    this.bytes = bytes
  }
}

const drained = (queue: LinkedQueue<Item>): number[] => {
  const order: number[] = []
  for (let { oldest } = queue; oldest !== undefined; oldest = queue.oldest) {
    order.push(oldest.bytes)
    queue.remove(oldest)
  }
  return order
}

function queueOf(...bytes: number[]): { queue: LinkedQueue<Item>; items: Item[] } {
  const queue = new LinkedQueue<Item>()
  const items = bytes.map((size) => new Item(size))
  for (const item of items) queue.push(item)
  return { queue, items }
}

describe("LinkedQueue", () => {
  it("gives first what came first", () => {
    expect(drained(queueOf(3, 1, 2).queue)).toEqual([3, 1, 2])
  })

  it.each([
    [0, [2, 3, 4]],
    [1, [1, 3, 4]],
    [3, [1, 2, 3]],
  ])("lets the item at %i leave", (index, rest) => {
    const { queue, items } = queueOf(1, 2, 3, 4)
    const leaving = items[index]
    if (leaving !== undefined) queue.remove(leaving)
    expect(queue.entries).toBe(3)
    expect(drained(queue)).toEqual(rest)
  })

  it("can be filled again after it was emptied", () => {
    const { queue } = queueOf(1)
    drained(queue)
    expect(queue.oldest).toBeUndefined()
    queue.push(new Item(7))
    expect(drained(queue)).toEqual([7])
  })

  it("knows its entries and bytes through every change", () => {
    const { queue, items } = queueOf(10, 20, 30)
    const [first, second] = items as [Item, Item]
    queue.resize(second, 5)
    expect(queue.bytes).toBe(45)
    queue.remove(first)
    expect([queue.entries, queue.bytes]).toEqual([2, 35])
    drained(queue)
    expect([queue.entries, queue.bytes]).toEqual([0, 0])
  })
})
