import { getEventListeners } from "node:events"
import { afterEach, describe, expect, it } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { onAbort } from "./on-abort.js"

const warnings: Error[] = []
const note = (warning: Error): void => void warnings.push(warning)
process.on("warning", note)
afterEach(() => {
  warnings.length = 0
})

describe("waiting for a signal", () => {
  it("calls each of those who wait, once, and none who has left", () => {
    const controller = new AbortController()
    const called: string[] = []
    onAbort(controller.signal, () => called.push("one"))
    const leave = onAbort(controller.signal, () => called.push("two"))
    onAbort(controller.signal, () => called.push("three"))
    leave()
    controller.abort()
    leave()
    expect(called).toEqual(["one", "three"])
  })

  it("puts one listener on the signal, and takes it off with the last who waits", () => {
    const { signal } = new AbortController()
    const listeners = (): number => getEventListeners(signal, "abort").length
    const leaving = Array.from({ length: 3 }, () => onAbort(signal, () => undefined))
    expect(listeners()).toBe(1)
    leaving[0]?.()
    leaving[1]?.()
    expect(listeners()).toBe(1)
    leaving[2]?.()
    expect(listeners()).toBe(0)
    onAbort(signal, () => undefined)
    leaving[2]?.()
    expect(listeners()).toBe(1)
  })

  it("lets many calls of a cache share one signal without a warning of Node", async () => {
    const cache = new Cache(new MapBackend())
    const { signal } = new AbortController()
    const held = await cache.lock("import")
    const parts = Array.from({ length: 20 }, (_, part) => cache.getOrSet(`part:${part}`, async () => part, { signal }))
    const locks = Array.from({ length: 20 }, () =>
      cache.lock("import", { signal, wait: "20ms" }).catch(() => undefined),
    )
    await Promise.all([...parts, ...locks])
    await held.release()
    await new Promise(setImmediate)
    expect(warnings.filter(({ name }) => name === "MaxListenersExceededWarning")).toEqual([])
    expect(getEventListeners(signal, "abort")).toEqual([])
  })
})
