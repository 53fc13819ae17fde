import { describe, expect, it } from "vitest"
import { startTogether, stopOnFailure } from "./start-together.mjs"

/**
 * @param {string} name
 * @param {string[]} stopped
 */
function part(name, stopped) {
  return async () => ({
    name,
    stop: async () => {
      stopped.push(name)
    },
  })
}

describe("startTogether", () => {
  it("returns the parts in order, and stops all of them", async () => {
    /** @type {string[]} */
    const stopped = []
    const { parts, stop } = await startTogether([part("one", stopped), part("two", stopped)])
    expect(parts.map(({ name }) => name)).toEqual(["one", "two"])
    await stop()
    expect(stopped).toEqual(["one", "two"])
  })

  it("stops the others when one fails, and rejects with its error", async () => {
    /** @type {string[]} */
    const stopped = []
    const failure = new Error("no port")
    const start = startTogether([part("one", stopped), () => Promise.reject(failure), part("three", stopped)])
    await expect(start).rejects.toBe(failure)
    expect(stopped).toEqual(["one", "three"])
  })
})

describe("stopOnFailure", () => {
  it("stops and rejects with the error of the work", async () => {
    /** @type {string[]} */
    const stopped = []
    const { stop } = await part("one", stopped)()
    const failure = new Error("no quorum")
    await expect(stopOnFailure(stop, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(stopped).toEqual(["one"])
  })

  it("does not stop after a success", async () => {
    /** @type {string[]} */
    const stopped = []
    const { stop } = await part("one", stopped)()
    expect(await stopOnFailure(stop, async () => 7)).toBe(7)
    expect(stopped).toEqual([])
  })
})
