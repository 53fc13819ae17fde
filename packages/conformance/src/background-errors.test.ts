import { describe, expect, it } from "vitest"
import { failingOnBackgroundErrors } from "./background-errors.js"

const passing = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

describe("failingOnBackgroundErrors", () => {
  it("passes where nothing escapes, and fails as the work does", async () => {
    await failingOnBackgroundErrors(passing)
    await expect(failingOnBackgroundErrors(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken")
  })

  it("fails on a rejection that nobody handles", async () => {
    const work = async () => void Promise.reject(new Error("escaped"))
    await expect(failingOnBackgroundErrors(work)).rejects.toThrow(
      "uncaught errors (1), which would have ended the process; the first is Error: escaped",
    )
  })

  it("fails on an error that is thrown in the background", async () => {
    const work = (): Promise<void> => {
      setImmediate(() => {
        throw new Error("escaped")
      })
      return passing()
    }
    await expect(failingOnBackgroundErrors(work)).rejects.toThrow("the first is Error: escaped")
  })

  it("gives the listeners of the test runner back, also when several overlap", async () => {
    const before = process.rawListeners("unhandledRejection")
    expect(before.length).toBeGreaterThan(0)
    const first = failingOnBackgroundErrors(passing)
    const second = failingOnBackgroundErrors(() => first.then(passing))
    expect(process.rawListeners("unhandledRejection")).not.toEqual(before)
    await second
    expect(process.rawListeners("unhandledRejection")).toEqual(before)
  })
})
