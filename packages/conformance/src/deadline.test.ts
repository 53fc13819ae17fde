import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { Deadline } from "./deadline.js"

const never = (): Promise<never> => new Promise(() => {})

describe("Deadline", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it("settles as the work does, and leaves no timer behind", async () => {
    await expect(new Deadline(100).bound(async () => "done")).resolves.toBe("done")
    await expect(new Deadline(100).bound(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed")
    expect(vi.getTimerCount()).toBe(0)
  })

  it("rejects when the work does not settle in time", async () => {
    const bound = expect(new Deadline(100).bound(never)).rejects.toThrow("did not settle within 100 ms")
    await vi.advanceTimersByTimeAsync(100)
    await bound
  })

  it("names the pending calls", async () => {
    const bound = new Deadline(100, () => 'get("key")').bound(never)
    const failed = expect(bound).rejects.toThrow('within 100 ms, the deadline: get("key") hangs')
    await vi.advanceTimersByTimeAsync(100)
    await failed
  })

  it("does not count a pause, and gives the full time after it", async () => {
    const deadline = new Deadline(100)
    let failed = false
    const bound = deadline.bound(never).catch(() => {
      failed = true
    })
    await vi.advanceTimersByTimeAsync(99)
    deadline.pause()
    await vi.advanceTimersByTimeAsync(10_000)
    deadline.resume()
    await vi.advanceTimersByTimeAsync(99)
    expect(failed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await bound
    expect(failed).toBe(true)
  })

  it("starts no timer any more once it is over", async () => {
    const deadline = new Deadline(100)
    await deadline.bound(async () => {})
    deadline.resume()
    expect(vi.getTimerCount()).toBe(0)
  })
})
