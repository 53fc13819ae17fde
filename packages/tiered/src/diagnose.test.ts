import type { Finding } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { MemoryBus } from "./memory-bus.js"
import { TieredBackend } from "./tiered-backend.js"

const finding: Finding = { severity: "error", code: "full", found: "It is full.", why: "So.", advice: "Empty it." }

/** A backend with these findings. */
function finder(...findings: readonly Finding[]): LocmemBackend {
  return Object.assign(new LocmemBackend(), { diagnose: async () => findings })
}

describe("the diagnosis of tiers", () => {
  it("finds tiers without a bus", async () => {
    const backend = new TieredBackend<unknown>(new LocmemBackend(), new LocmemBackend(), { nearTtl: 1_500 })
    expect(await backend.diagnose()).toMatchObject([
      { severity: "info", code: "no-bus", found: "The tiers have no bus.", why: expect.stringContaining("1.5 s") },
    ])
  })

  it("finds nothing if the bus is connected, and waits until it is", async () => {
    const bus = new MemoryBus()
    const backend = new TieredBackend<unknown>(new LocmemBackend(), new LocmemBackend(), { bus })
    expect(await backend.diagnose()).toEqual([])
    bus.disconnect()
    const diagnosed = backend.diagnose()
    bus.connect()
    expect(await diagnosed).toEqual([])
  })

  it("finds a bus that does not connect", async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const bus = new MemoryBus()
    bus.disconnect()
    const backend = new TieredBackend<unknown>(new LocmemBackend(), new LocmemBackend(), { bus })
    const diagnosed = backend.diagnose()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await diagnosed).toMatchObject([{ severity: "warning", code: "bus-disconnected" }])
  })

  it("returns the findings of the two backends, and rejects if one of them does", async () => {
    const bus = new MemoryBus()
    const near = finder({ ...finding, code: "near" })
    expect(await new TieredBackend<unknown>(near, finder(finding), { bus }).diagnose()).toMatchObject([
      { code: "near" },
      { code: "full" },
    ])
    const broken = Object.assign(new LocmemBackend(), { diagnose: () => Promise.reject(new Error("no answer")) })
    await expect(new TieredBackend<unknown>(near, broken, { bus }).diagnose()).rejects.toThrow("no answer")
  })
})
