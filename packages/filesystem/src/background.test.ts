import { describe, expect, it } from "vitest"
import { Background } from "./background.js"

describe("work in the background", () => {
  it("runs once at a time under one name", async () => {
    const background = new Background()
    let runs = 0
    const job = async () => {
      runs += 1
    }
    void background.run("job", job)
    void background.run("job", job)
    expect(runs).toBe(1)
    await new Promise(setImmediate)
    void background.run("job", job)
    expect(runs).toBe(2)
  })

  it("is left out when there is too much of it", () => {
    const background = new Background()
    let runs = 0
    for (let index = 0; index < 100; index += 1) {
      void background.run(`job ${index}`, () => {
        runs += 1
        return new Promise(() => {})
      })
    }
    expect(runs).toBe(32)
  })

  it("makes nothing fail", async () => {
    const background = new Background()
    void background.run("rejects", () => Promise.reject(new Error("no")))
    void background.run("throws", () => {
      throw new Error("no")
    })
    await expect(background.close()).resolves.toBeUndefined()
  })

  it("is waited for by close, which lets nothing more begin", async () => {
    const background = new Background()
    let ended = false
    void background.run("job", async () => {
      await new Promise(setImmediate)
      ended = true
    })
    await background.close()
    expect(ended).toBe(true)
    void background.run("late", () => Promise.reject(new Error("began after close")))
    expect(background.closed).toBe(true)
    await background.close()
  })
})
