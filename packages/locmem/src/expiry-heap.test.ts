import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Expiring, ExpiryHeap, notInHeap } from "./expiry-heap.js"

const item = (expiry: number) => ({ expiry, heapIndex: notInHeap }) satisfies Expiring

/** What the heap says has expired by then, taken out one by one. */
function takeExpired(heap: ExpiryHeap<Expiring>, now: number): Expiring[] {
  const expired: Expiring[] = []
  for (let first = heap.firstExpired(now); first !== undefined; first = heap.firstExpired(now)) {
    expired.push(first)
    heap.remove(first)
  }
  return expired
}

describe("ExpiryHeap", () => {
  it("finds nothing when it is empty", () => {
    expect(new ExpiryHeap().firstExpired(Number.MAX_VALUE)).toBeUndefined()
  })

  it("finds what has expired and nothing else, whatever changes its expiry or leaves in between", () => {
    const time = fc.nat(50)
    const change = fc.record({ which: fc.nat(29), expiry: fc.option(time) })
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 1, maxLength: 30, size: "max" }),
        fc.array(change, { maxLength: 30, size: "max" }),
        fc.array(time, { maxLength: 5 }),
        (expiries, changes, times) => {
          const heap = new ExpiryHeap<Expiring>()
          const items = expiries.map(item)
          for (const one of items) heap.update(one)
          let staying = new Set(items)
          for (const { which, expiry } of changes) {
            const one = items[which % items.length]
            if (one === undefined || !staying.has(one)) continue
            if (expiry === null) {
              heap.remove(one)
              staying.delete(one)
            } else {
              one.expiry = expiry
              heap.update(one)
            }
          }
          for (const now of [...times, 50].sort((left, right) => left - right)) {
            const expired = takeExpired(heap, now)
            expect(new Set(expired)).toEqual(new Set([...staying].filter(({ expiry }) => expiry <= now)))
            staying = new Set([...staying].filter(({ expiry }) => expiry > now))
            expect(heap.size).toBe(staying.size)
          }
        },
      ),
    )
  })

  it("leaves an item where it is when its expiry is put off, until it is due by the old one", () => {
    const heap = new ExpiryHeap()
    const [first, second] = [item(1), item(2)]
    heap.update(first)
    heap.update(second)
    first.expiry = 3
    heap.update(first)
    expect([first.heapIndex, second.heapIndex]).toEqual([0, 1])
    expect(heap.firstExpired(2)).toBe(second)
    expect([first.heapIndex, second.heapIndex]).toEqual([1, 0])
  })

  it("does nothing about an item that is not there", () => {
    const heap = new ExpiryHeap()
    const [there, gone] = [item(2), item(1)]
    heap.update(gone)
    heap.update(there)
    heap.remove(gone)
    heap.remove(gone)
    expect(heap.firstExpired(2)).toBe(there)
    expect(heap.size).toBe(1)
    expect(gone.heapIndex).toBe(notInHeap)
  })
})
