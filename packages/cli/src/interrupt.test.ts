import { describe, expect, it, onTestFinished, vi } from "vitest"
import { noInput } from "./input.js"
import { interruptible, onInterrupt, pause } from "./interrupt.js"

describe("an interruption", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("is the first %s only: the next one ends the process", (signal) => {
    const before = process.listenerCount(signal)
    const listener = vi.fn()
    onTestFinished(onInterrupt(listener))
    process.emit(signal)
    expect(listener).toHaveBeenCalledTimes(1)
    expect(process.listenerCount(signal)).toBe(before)
  })

  it("aborts the signal of interruptible work, which stops listening afterwards", async () => {
    const released = vi.fn()
    let interrupt = (): void => undefined
    const input = {
      ...noInput,
      onInterrupt(listener: () => void) {
        interrupt = listener
        return released
      },
    }
    const aborted = await interruptible(input, async (interrupted) => {
      interrupt()
      return interrupted.aborted
    })
    expect(aborted).toBe(true)
    expect(released).toHaveBeenCalledTimes(1)
    await expect(interruptible(input, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed")
    expect(released).toHaveBeenCalledTimes(2)
  })

  it("cannot happen without a listener", async () => {
    expect(await interruptible(noInput, async ({ aborted }) => aborted)).toBe(false)
  })

  it("ends a pause", async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const controller = new AbortController()
    const pausing = pause(1_000, controller.signal)
    controller.abort()
    await pausing
    await pause(1_000, controller.signal)
    expect(vi.getTimerCount()).toBe(0)
  })
})
