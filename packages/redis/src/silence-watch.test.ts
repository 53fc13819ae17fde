import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { SilenceWatch } from "./silence-watch.js"

/** Enters, and leaves when the answer settles. */
async function watched<Answer>(watch: SilenceWatch, answer: Promise<Answer>): Promise<Answer> {
  const period = watch.enter()
  try {
    return await answer
  } finally {
    watch.leave(period)
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe("SilenceWatch", () => {
  it("runs onSilence when a call is two periods old at most", async () => {
    const onSilence = vi.fn()
    const watch = new SilenceWatch(1_000, onSilence)
    void watched(watch, new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(999)
    expect(onSilence).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1_001)
    expect(onSilence).toHaveBeenCalledOnce()
  })

  it("notices one silent call among others that are answered", async () => {
    const onSilence = vi.fn()
    const watch = new SilenceWatch(1_000, onSilence)
    void watched(watch, new Promise(() => {}))
    for (let call = 0; call < 30; call++) {
      await watched(watch, Promise.resolve(call))
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(onSilence).toHaveBeenCalledOnce()
  })

  it("is content with calls that are answered slowly, and with those that fail", async () => {
    const onSilence = vi.fn()
    const watch = new SilenceWatch(1_000, onSilence)
    for (let call = 0; call < 5; call++) {
      const answer = watched(watch, new Promise((resolve) => void setTimeout(resolve, 900, call)))
      await vi.advanceTimersByTimeAsync(900)
      expect(await answer).toBe(call)
      await expect(watched(watch, Promise.reject(new Error("no")))).rejects.toThrow("no")
    }
    expect(onSilence).not.toHaveBeenCalled()
  })

  it("leaves no timer when nothing is under way", async () => {
    const watch = new SilenceWatch(1_000, () => {})
    await watched(watch, Promise.resolve())
    await vi.advanceTimersByTimeAsync(1_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it("is quiet when the last call has settled, or when the limit has passed", async () => {
    const watch = new SilenceWatch(10_000, () => {})
    await watch.quiet(1_000)
    void watched(watch, new Promise((resolve) => void setTimeout(resolve, 300)))
    const start = Date.now()
    const quiet = watch.quiet(1_000).then(() => Date.now() - start)
    await vi.advanceTimersByTimeAsync(300)
    expect(await quiet).toBe(300)

    const silent = new SilenceWatch(10_000, () => {})
    void watched(silent, new Promise(() => {}))
    const limit = silent.quiet(1_000).then(() => Date.now() - start)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await limit).toBe(1_300)
  })
})
