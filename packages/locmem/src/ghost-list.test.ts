import { describe, expect, it } from "vitest"
import { GhostList } from "./ghost-list.js"

describe("GhostList", () => {
  it("tells once that a key was there", () => {
    const ghosts = new GhostList()
    ghosts.add("a", 100)
    expect(ghosts.take("b")).toBe(false)
    expect(ghosts.take("a")).toBe(true)
    expect(ghosts.take("a")).toBe(false)
  })

  it("remembers at least the last half of the limit, and never more than the limit", () => {
    const ghosts = new GhostList()
    for (let number = 0; number < 1_070; number++) ghosts.add(`key:${number}`, 100)
    const remembered = (from: number, to: number) => {
      let count = 0
      for (let number = from; number < to; number++) if (ghosts.take(`key:${number}`)) count += 1
      return count
    }
    expect(remembered(1_020, 1_070)).toBe(50)
    expect(remembered(0, 1_020)).toBeLessThanOrEqual(50)
  })

  it("tells apart keys that look alike", () => {
    const ghosts = new GhostList()
    for (const key of ["", "a", "ab", "ba", "A", "清", ":1:a"]) {
      expect(ghosts.take(key)).toBe(false)
      ghosts.add(key, 100)
    }
  })
})
