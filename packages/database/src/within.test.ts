import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { within } from "./within.js"

describe("a promise with a time limit", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it("answers or rejects as it would without", async () => {
    await expect(within(10, Promise.resolve(1))).resolves.toBe(1)
    await expect(within(10, Promise.reject(new Error("no")))).rejects.toThrow("no")
    expect(vi.getTimerCount()).toBe(0)
  })

  it("rejects when it takes longer, and hands on what comes late", async () => {
    const late: number[] = []
    let answer: (value: number) => void = () => {}
    const promise = new Promise<number>((resolve) => {
      answer = resolve
    })
    const limited = within(10, promise, (value) => late.push(value)).catch((error: unknown) => error)
    vi.advanceTimersByTime(10)
    expect(await limited).toMatchObject({ message: "The database did not answer within 10 ms" })
    answer(7)
    await promise
    expect(late).toEqual([7])
  })
})
