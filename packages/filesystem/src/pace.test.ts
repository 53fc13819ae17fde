import { describe, expect, it } from "vitest"
import { Pace } from "./pace.js"

function clockedPace(): { pace: Pace; advance(milliseconds: number): void } {
  let time = 0
  const pace = new Pace(() => time)
  return {
    pace,
    advance: (milliseconds) => {
      time += milliseconds
    },
  }
}

describe("the pace of synchronous work", () => {
  it("gives everybody else a turn after eight changes, however many wait", async () => {
    const { pace } = clockedPace()
    const order: string[] = []
    const others = () => {
      order.push("others")
      if (order.filter((who) => who === "change").length < 20) setImmediate(others)
    }
    setImmediate(others)
    const change = async () => {
      await pace.turn()
      order.push("change")
    }
    await Promise.all(Array.from({ length: 20 }, change))
    expect(order.map((who) => (who === "change" ? "." : "|")).join("")).toBe("........|........|....")
  })

  it("gives them one after a millisecond, also when each change is begun after the last one", async () => {
    const { pace, advance } = clockedPace()
    let turns = 0
    let working = true
    const others = () => {
      turns += 1
      if (working) setImmediate(others)
    }
    setImmediate(others)
    for (let count = 0; count < 100; count += 1) {
      await pace.turn()
      advance(0.3)
    }
    working = false
    expect(turns).toBeGreaterThanOrEqual(24)
  })

  it("is quick but for ten times the time that slow steps take", () => {
    const { pace, advance } = clockedPace()
    const slow = () =>
      pace.time(() => {
        advance(12)
        throw new Error("slow")
      })
    expect(pace.time(() => "done")).toBe("done")
    for (let count = 0; count < 20; count += 1) pace.time(() => advance(10))
    expect(slow).toThrow("slow")
    expect(pace.isQuick).toBe(true)
    expect(slow).toThrow("slow")
    expect(pace.isQuick).toBe(false)
    advance(119)
    expect(pace.isQuick).toBe(false)
    advance(1)
    expect(pace.isQuick).toBe(true)
  })

  it("stays quick when only now and then a step is slow", () => {
    const { pace, advance } = clockedPace()
    for (let step = 0; step < 100; step += 1) {
      pace.time(() => advance(step % 17 === 0 ? 50 : 0.1))
      expect(pace.isQuick).toBe(true)
    }
  })
})
