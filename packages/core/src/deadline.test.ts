import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { Deadline } from "./deadline.js"

const never = new Promise<never>(() => undefined)

/** Settles as the answer does, or rejects when it is late. */
function guard<Answer>(deadline: Deadline, answer: Promise<Answer>): Promise<Answer> {
  const fail = (error: unknown): never => {
    throw error
  }
  return deadline.guard(answer, (value) => value, fail)
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe("Deadline", () => {
  it("passes answers and errors on", async () => {
    const deadline = new Deadline(1_000)
    expect(await guard(deadline, Promise.resolve(5))).toBe(5)
    await expect(guard(deadline, Promise.reject(new Error("refused")))).rejects.toThrow("refused")
  })

  it("returns what is made of an answer or an error, and passes on what that throws", async () => {
    const deadline = new Deadline(1_000)
    const refused = Promise.reject(new Error("refused"))
    const messageOf = (error: unknown): string => (error as Error).message
    expect(await deadline.guard(Promise.resolve(5), (value) => `got ${value}`, messageOf)).toBe("got 5")
    expect(await deadline.guard(refused, () => "none", messageOf)).toBe("refused")
    const late = deadline.guard(never, () => "none", messageOf)
    await vi.advanceTimersByTimeAsync(1_200)
    expect(await late).toBe("there was no answer within 1000 ms")
    const failing = deadline.guard(
      Promise.resolve(5),
      () => {
        throw new Error("not decoded")
      },
      messageOf,
    )
    await expect(failing).rejects.toThrow("not decoded")
  })

  it("gives up not before its limit, and at most a tick or two later", async () => {
    const deadline = new Deadline(1_000)
    void guard(deadline, never).catch(() => undefined)
    for (const startsAt of [0, 50, 99]) {
      vi.advanceTimersByTime(startsAt)
      let error: Error | undefined
      void guard(deadline, never).catch((caught: Error) => {
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
      guard(deadline, new Promise((resolve) => settle.push(() => resolve(index)))),
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
    const taken: string[] = []
    let late: (value: string) => void = () => undefined
    const answer = deadline.guard(
      new Promise<string>((resolve) => {
        late = resolve
      }),
      (value) => taken.push(value),
      (error) => {
        throw error
      },
    )
    const outcome = expect(answer).rejects.toThrow("no answer within 100 ms")
    await vi.advanceTimersByTimeAsync(200)
    late("too late")
    await outcome
    expect(taken).toEqual([])
    const next = guard(deadline, never).catch((error: Error) => error.name)
    await vi.advanceTimersByTimeAsync(200)
    expect(await next).toBe("TimeoutError")
  })

  it("has no timer while nobody waits", async () => {
    const deadline = new Deadline(1_000)
    expect(vi.getTimerCount()).toBe(0)
    await guard(deadline, Promise.resolve(1))
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(100)
    expect(vi.getTimerCount()).toBe(0)
  })
})
