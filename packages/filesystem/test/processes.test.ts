import { describe, expect, it } from "vitest"
import { backendOn, bytes, text } from "./backend-on.js"
import { outputOf, startScript } from "./child-process.js"
import { filesIn } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

describe("several processes on one directory", () => {
  it("lose no increment, also when this one reads through the thread pool and others do not", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io: "async" })
    await backend.set("count", bytes("0"))
    const children = Array.from({ length: 3 }, () =>
      startScript("busy-child.mjs", ["incrMany", directory, "count", "60"]),
    )
    await Promise.all([...children.map(outputOf), ...Array.from({ length: 60 }, () => backend.incr("count", 1))])
    expect(text(await backend.get("count"))).toBe("240")
    await backend.close()
    expect(filesIn(directory)).toHaveLength(1)
  })

  it("write the same keys in opposite orders without holding each other up for good", async () => {
    const directory = temporaryDirectory()
    const children = ["back", "forth"].map((order) =>
      startScript("busy-child.mjs", ["setManyBackAndForth", directory, order, "4"]),
    )
    await Promise.all(children.map(outputOf))
    const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`)
    for (const value of await backendOn(directory).getMany(keys)) expect(text(value)).toMatch(/^(back|forth) 3$/)
  })

  it("end by themselves without a close, whatever they left to the background", async () => {
    const directory = temporaryDirectory()
    await expect(outputOf(startScript("busy-child.mjs", ["leave", directory]))).resolves.toBe("")
  })
})
