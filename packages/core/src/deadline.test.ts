import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { Deadline } from "./deadline.js"

const never = new Promise<never>(() => undefined)

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe("Deadline", () => {
  it("passes answers and errors on", async () => {
    const deadline = new Deadline(1_000)
    expect(await deadline.guard(Promise.resolve(5))).toBe(5)
    await expect(deadline.guard(Promise.reject(new Error("refused")))).rejects.toThrow("refused")
  })

  it("gives up not before its limit, and at most a tick or two later", async () => {
    const deadline = new Deadline(1_000)
    void deadline.guard(never).catch(() => undefined)
    for (const startsAt of [0, 50, 99]) {
      vi.advanceTimersByTime(startsAt)
      let error: Error | undefined
      void deadline.guard(never).catch((caught: Error) => {
        error = caught
      })
      await vi.advanceTimersByTimeAsync(999)
      expect(error).toBeUndefined()
      await vi.advanceTimersByTimeAsync(201)
      expect(error).toMatchObject({ name: "TimeoutError", message: "there was no answer within 1000 ms" })
    }
  })

  it("lets the others wait on, whoever leaves first", async () => {
    const deadline = new Deadline(1_000)
    const settle: (() => void)[] = []
    const answers = Array.from({ length: 5 }, (_, index) =>
      deadline.guard(new Promise((resolve) => settle.push(() => resolve(index)))),
    )
    const outcomes = Promise.allSettled(answers)
    for (const index of [2, 0, 4]) settle[index]?.()
    await vi.advanceTimersByTimeAsync(2_000)
    expect((await outcomes).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ])
  })

  it("drops what comes after it gave up", async () => {
    const deadline = new Deadline(100)
    let late: (value: string) => void = () => undefined
    const answer = deadline.guard(
      new Promise<string>((resolve) => {
        late = resolve
      }),
    )
    const outcome = expect(answer).rejects.toThrow("no answer within 100 ms")
    await vi.advanceTimersByTimeAsync(200)
    late("too late")
    await outcome
    const next = deadline.guard(never).catch((error: Error) => error.name)
    await vi.advanceTimersByTimeAsync(200)
    expect(await next).toBe("TimeoutError")
  })

  it("has no timer while nobody waits", async () => {
    const deadline = new Deadline(1_000)
    expect(vi.getTimerCount()).toBe(0)
    await deadline.guard(Promise.resolve(1))
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(100)
    expect(vi.getTimerCount()).toBe(0)
  })
})
