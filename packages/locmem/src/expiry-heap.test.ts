import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Expiring, ExpiryHeap, notInHeap } from "./expiry-heap.js"

const item = (expiry: number): Expiring => ({ expiry, heapIndex: notInHeap })

describe("ExpiryHeap", () => {
  it("knows nothing first when it is empty", () => {
    expect(new ExpiryHeap().first).toBeUndefined()
  })

  it("gives items in the order of their expiry, whatever leaves in between", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 60, size: "max" }), (plan) => {
        const heap = new ExpiryHeap()
        const items = plan.map(([expiry, leaves]) => ({ ...item(expiry), leaves }))
        for (const one of items) heap.add(one)
        for (const one of items) if (one.leaves) heap.remove(one)
        const staying = items.filter(({ leaves }) => !leaves)
        expect(heap.size).toBe(staying.length)
        const order: number[] = []
        for (let { first } = heap; first !== undefined; first = heap.first) {
          order.push(first.expiry)
          heap.remove(first)
        }
        expect(order).toEqual(staying.map(({ expiry }) => expiry).sort((left, right) => left - right))
      }),
    )
  })

  it("does nothing about an item that is not there", () => {
    const heap = new ExpiryHeap()
    const [there, gone] = [item(2), item(1)]
    heap.add(gone)
    heap.add(there)
    heap.remove(gone)
    heap.remove(gone)
    expect(heap.first).toBe(there)
    expect(heap.size).toBe(1)
    expect(gone.heapIndex).toBe(notInHeap)
  })
})
