import { describe, expect, it } from "vitest"
import { judge, sum, verdict } from "./tally.mjs"

describe("sum", () => {
  it("adds the counts of runs", () => {
    const runs = [
      { passed: 3, failed: 0 },
      { passed: 4, failed: 2 },
    ]
    expect(sum(runs)).toEqual({ passed: 7, failed: 2 })
  })
})

describe("judge", () => {
  it("does not change a successful run", () => {
    expect(judge({ passed: 3, failed: 0 }, 0)).toEqual({ passed: 3, failed: 0 })
  })

  it("does not count a failure twice", () => {
    expect(judge({ passed: 3, failed: 2 }, 1)).toEqual({ passed: 3, failed: 2 })
  })

  it("counts an exit code without a failed test", () => {
    expect(judge({ passed: 3, failed: 0 }, 1)).toEqual({ passed: 3, failed: 1 })
  })

  it("counts a run without tests as a failure", () => {
    expect(judge({ passed: 0, failed: 0 }, 0)).toEqual({ passed: 0, failed: 1 })
  })
})

describe("verdict", () => {
  it("is one line", () => {
    expect(verdict({ passed: 12, failed: 1 })).toBe("12 passed, 1 failed")
  })
})
