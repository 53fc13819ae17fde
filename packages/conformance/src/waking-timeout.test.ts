import { describe, expect, it, onTestFinished, vi } from "vitest"
import { wakingTimeout } from "./waking-timeout.js"

/** Keeps the process from its turns. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

describe("wakingTimeout", () => {
  it("does not count the time in which the process had no turns", async () => {
    let called = false
    const over = new Promise<void>((resolve) => {
      wakingTimeout(100, () => {
        called = true
        resolve()
      })
    })
    block(300)
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(called).toBe(false)
    await over
  })

  it("waits for the process no longer than the most that is allowed", async () => {
    await new Promise<void>((resolve) => {
      wakingTimeout(3_600_000, resolve, 50)
    })
  })

  it("leaves no timer when it was cancelled", () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const cancel = wakingTimeout(1, () => {})
    expect(vi.getTimerCount()).toBe(1)
    cancel()
    expect(vi.getTimerCount()).toBe(0)
  })
})
