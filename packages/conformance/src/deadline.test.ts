import type { Backend } from "@larder/core"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { Deadline } from "./deadline.js"
import { PendingCalls } from "./pending-calls.js"

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

  it("names the calls that hang", async () => {
    const pending = new PendingCalls()
    const backend = pending.watch<Required<Pick<Backend<unknown>, "getMany" | "ping">> & Backend<unknown>>({
      name: "hanging",
      capabilities: { shared: false, persistent: false, evicts: false, ttlResolution: 1 },
      get: never,
      getMany: never,
      ping: never,
      set: async () => undefined,
      delete: () => Promise.reject(new Error("refused")),
    })
    const messageAfter = async (work: () => unknown): Promise<unknown> => {
      const missed = new Deadline(100, pending).bound(async () => {
        work()
        return never()
      })
      const message = missed.catch((error: Error) => error.message)
      await vi.advanceTimersByTimeAsync(100)
      return message
    }
    const start = "did not settle within 100 ms, the deadline: "
    const settling = async (): Promise<void> => {
      await backend.set("a", 1)
      await backend.delete("a").catch(() => undefined)
    }
    expect(await messageAfter(settling)).toBe(`${start}a call hangs`)
    expect(await messageAfter(() => void backend.get("some key"))).toBe(`${start}get of "some key" hangs`)
    expect(await messageAfter(() => void backend.getMany(["a", "b"]))).toBe(
      `${start}get of "some key", getMany of 2 keys hang`,
    )
    const more = (): void => {
      for (const _ of [1, 2, 3]) void backend.ping()
    }
    expect(await messageAfter(more)).toBe(`${start}get of "some key", getMany of 2 keys, ping, 2 more hang`)
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
