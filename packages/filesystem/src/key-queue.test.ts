import { describe, expect, it } from "vitest"
import { KeyQueue } from "./key-queue.js"

function gate(): { open: () => void; opened: Promise<void> } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe("a queue for each name", () => {
  it("runs the tasks of one name one after the other, in the order they came", async () => {
    const queue = new KeyQueue()
    const events: string[] = []
    const task = (name: string) => async () => {
      events.push(`${name} begins`)
      await Promise.resolve()
      events.push(`${name} ends`)
    }
    await Promise.all(["a", "b", "c"].map((name) => queue.run("key", task(name))))
    expect(events).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"])
  })

  it("does not hold up one name for another", async () => {
    const queue = new KeyQueue()
    const { open, opened } = gate()
    const slow = queue.run("one", () => opened)
    await queue.run("other", async () => {})
    open()
    await slow
  })

  it("goes on after a task that failed, which only its own caller is told of", async () => {
    const queue = new KeyQueue()
    const failed = queue.run("key", () => Promise.reject(new Error("no")))
    const next = queue.run("key", async () => "yes")
    await expect(failed).rejects.toThrow("no")
    await expect(next).resolves.toBe("yes")
  })

  it("is idle when the last task has ended, also one that came while waiting for that", async () => {
    const queue = new KeyQueue()
    const first = gate()
    const second = gate()
    let idle = false
    void queue.run("key", () => first.opened)
    const waiting = queue.idle().then(() => {
      idle = true
    })
    const last = queue.run("key", () => second.opened)
    first.open()
    await queue.run("other", async () => {})
    expect(idle).toBe(false)
    second.open()
    await last
    await waiting
    expect(idle).toBe(true)
  })
})
