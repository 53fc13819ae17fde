import { describe, expect, it } from "vitest"
import { Child } from "../src/child.js"
import { SocketStore } from "./socket-store.js"

describe("Child", () => {
  it("reports a module without create", async () => {
    const opening = Child.open({ module: new URL("data:text/javascript,") })
    await expect(opening).rejects.toThrow("must export a function named create")
  })

  it("reports an error that a module throws", async () => {
    await expect(Child.open({ module: new URL("missing.js", import.meta.url) })).rejects.toThrow("missing.js")
  })

  it("rejects pending calls when the process ends", async () => {
    const store = await SocketStore.open()
    const child = await Child.open(store.child())
    const running = child.run("overwrite", "key", "abc", 1_000_000)
    const rejected = expect(running).rejects.toThrow("the child process ended (SIGKILL)")
    await child.kill()
    await rejected
    await expect(child.run("read", ["key"])).rejects.toThrow()
    store.close()
  })
})
