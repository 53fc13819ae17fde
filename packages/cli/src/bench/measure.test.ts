import { setTimeout } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { measure } from "./measure.js"

const never = new AbortController().signal

describe("a measurement", () => {
  it("keeps calls in flight, and returns their rate and durations", async () => {
    let [pending, most, calls] = [0, 0, 0]
    const speed = await measure(
      async (index) => {
        expect(index).toBe(calls++)
        most = Math.max(most, ++pending)
        await setTimeout(5)
        pending--
      },
      8,
      100,
      never,
    )
    expect(most).toBe(8)
    expect(speed.perSecond).toBeGreaterThan(0)
    expect(speed.perSecond).toBeLessThanOrEqual((calls * 1_000) / 100)
    // By this clock, a timer can fire a millisecond early.
    expect(speed.p50).toBeGreaterThan(3.5)
    expect(speed.p99).toBeGreaterThanOrEqual(speed.p50)
  })

  it("lets timers run between calls that never leave the process", async () => {
    let ticks = 0
    const timer = setInterval(() => {
      ticks++
    }, 5)
    await measure(async () => {}, 64, 200, never)
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(0)
  })

  it("ends when it is interrupted", async () => {
    const controller = new AbortController()
    let calls = 0
    await measure(
      async () => {
        if (++calls === 10) controller.abort()
      },
      1,
      60_000,
      controller.signal,
    )
    expect(calls).toBe(10)
  })

  it("rejects with the first failure when no call is pending", async () => {
    let [pending, calls] = [0, 0]
    const failing = measure(
      async () => {
        pending++
        await setTimeout(1)
        pending--
        if (++calls === 10) throw new Error("the tenth")
      },
      4,
      60_000,
      never,
    )
    await expect(failing).rejects.toThrow("the tenth")
    expect(pending).toBe(0)
  })
})
