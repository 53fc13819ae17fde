import { describe, expect, it } from "vitest"
import { SharedClock } from "./clock.js"

describe("SharedClock", () => {
  it("shares one wait among all, and wakes each at its own moment", async () => {
    const moves: number[] = []
    const clock = new SharedClock((milliseconds) => moves.push(milliseconds))
    const woken: string[] = []
    const work = async (name: string, ...waits: number[]) => {
      const seat = seats[name]
      for (const wait of waits) {
        await seat?.advance(wait)
        woken.push(`${name} after ${wait}`)
      }
      seat?.leave()
    }
    const seats: Record<string, ReturnType<SharedClock["join"]>> = { a: clock.join(), b: clock.join(), c: clock.join() }
    await Promise.all([work("a", 100), work("b", 100, 50), work("c", 150)])
    expect(moves).toEqual([100, 50])
    expect(woken).toEqual(["a after 100", "b after 100", "c after 150", "b after 50"])
  })

  it("stands still while one works, and moves on when that one leaves", async () => {
    let moved = 0
    const clock = new SharedClock((milliseconds) => {
      moved += milliseconds
    })
    const [waiting, working] = [clock.join(), clock.join()]
    const woken = waiting.advance(100)
    await new Promise((resolve) => setImmediate(resolve))
    expect(moved).toBe(0)
    working.leave()
    await woken
    expect(moved).toBe(100)
  })

  it("gives up on who left while waiting", async () => {
    const moves: number[] = []
    const clock = new SharedClock((milliseconds) => moves.push(milliseconds))
    const [early, late, working] = [clock.join(), clock.join(), clock.join()]
    void early.advance(10)
    const woken = late.advance(100)
    early.leave()
    working.leave()
    await woken
    expect(moves).toEqual([100])
    await expect(early.advance(1)).rejects.toThrow("only a running clause can wait")
  })

  it("fails everybody who waits when the store's clock cannot be moved", async () => {
    const clock = new SharedClock(() => Promise.reject(new Error("no clock")))
    const seats = [clock.join(), clock.join()]
    const outcomes = await Promise.allSettled(seats.map((seat, index) => seat.advance(index)))
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"])
  })

  it("waits for real when there is no other clock, and never too short", async () => {
    const seat = new SharedClock().join()
    const start = seat.now()
    await seat.advance(20)
    expect(seat.now() - start).toBeGreaterThanOrEqual(20)
    expect(seat.virtual).toBe(false)
  })

  it("counts the time that a virtual clock was moved", async () => {
    const seat = new SharedClock(() => {}).join()
    const start = seat.now()
    await seat.advance(86_400_000)
    expect(seat.now() - start).toBeGreaterThanOrEqual(86_400_000)
    expect(seat.virtual).toBe(true)
  })
})
