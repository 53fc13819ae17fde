import { afterEach, describe, expect, it, vi } from "vitest"
import { disconnect } from "./disconnect.js"

const answering = (goodbye: () => unknown) => Object.assign(new Map<string, unknown>(), { disconnect: goodbye })

afterEach(() => {
  vi.useRealTimers()
})

describe("disconnecting an adapter", () => {
  it("waits for its goodbye, and passes on its failure", async () => {
    let said = false
    const goodbye = async () => {
      await Promise.resolve()
      said = true
    }
    await disconnect(answering(goodbye))
    expect(said).toBe(true)
    await expect(disconnect(answering(() => Promise.reject(new Error("no goodbye"))))).rejects.toThrow("no goodbye")
  })

  it("stops waiting after a second, and leaves no timer behind", async () => {
    vi.useFakeTimers()
    const ended = disconnect(answering(() => new Promise(() => {})))
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    await ended
    await disconnect(new Map())
    expect(vi.getTimerCount()).toBe(0)
  })
})
