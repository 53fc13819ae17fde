import { EventEmitter } from "node:events"
import { describe, expect, it } from "vitest"
import { watchErrors } from "./error-watch.js"

const never = () => false

describe("an error watch", () => {
  it("rejects the call during which the adapter announced an error", async () => {
    const adapter = new EventEmitter()
    const call = async () => void adapter.emit("error", new Error("connection lost"))
    await expect(watchErrors(adapter).run(call, never)).rejects.toThrow("connection lost")
  })

  it("lets an answer pass that proves the success of its call", async () => {
    const adapter = new EventEmitter()
    const call = () => {
      adapter.emit("error", new Error("of somebody else"))
      return "hit"
    }
    expect(await watchErrors(adapter).run(call, (answer) => answer === "hit")).toBe("hit")
  })

  it("forgives what was announced before the call", async () => {
    const adapter = new EventEmitter()
    const watch = watchErrors(adapter)
    watch.hold()
    adapter.emit("error", new Error("long ago"))
    expect(await watch.run(() => undefined, never)).toBeUndefined()
  })

  it("rejects when the call throws", async () => {
    const call = () => {
      throw new Error("at once")
    }
    await expect(watchErrors({}).run(call, never)).rejects.toThrow("at once")
  })

  it("listens once to an adapter, until all who hold it have released it", () => {
    const adapter = new EventEmitter()
    for (let times = 0; times < 20; times += 1) watchErrors(adapter).hold()
    expect(adapter.listenerCount("error")).toBe(1)
    for (let times = 0; times < 19; times += 1) watchErrors(adapter).release()
    expect(adapter.listenerCount("error")).toBe(1)
    watchErrors(adapter).release()
    expect(adapter.listenerCount("error")).toBe(0)
  })

  it("listens until the last call has settled", async () => {
    const adapter = new EventEmitter()
    const watch = watchErrors(adapter)
    watch.hold()
    const late = watch.run(async () => {
      await undefined
      adapter.emit("error", new Error("connection lost"))
    }, never)
    watch.release()
    await expect(late).rejects.toThrow("connection lost")
    expect(adapter.listenerCount("error")).toBe(0)
  })
})
