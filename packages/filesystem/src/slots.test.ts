import { describe, expect, it } from "vitest"
import { Slots } from "./slots.js"

describe("slots", () => {
  it("are never taken by more tasks than there are slots, and each task gets one in turn", async () => {
    const slots = new Slots(3)
    const order: number[] = []
    let running = 0
    let most = 0
    const task = (index: number) => async () => {
      order.push(index)
      running += 1
      most = Math.max(most, running)
      for (let turn = 0; turn < index % 4; turn += 1) await undefined
      running -= 1
      return index
    }
    const indices = Array.from({ length: 20 }, (_, index) => index)
    expect(await Promise.all(indices.map((index) => slots.run(task(index))))).toEqual(indices)
    expect(order).toEqual(indices)
    expect(most).toBe(3)
  })

  it("are free again after a task that failed", async () => {
    const slots = new Slots(1)
    await expect(slots.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no")
    await expect(slots.run(async () => "yes")).resolves.toBe("yes")
  })
})
