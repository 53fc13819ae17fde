import { describe, expect, it } from "vitest"
import { tallySummary } from "./node-test-run.mjs"

const words = ["tests 7", "suites 1", "pass 4", "fail 2", "cancelled 1", "skipped 0", "todo 0"]

describe("tallySummary", () => {
  it.each([
    ["tap", "#"],
    ["spec", "ℹ"],
  ])("reads the summary of the %s reporter", (_, mark) => {
    const output = `ok 1 - # pass 99 in a title\n${words.map((line) => `${mark} ${line}`).join("\n")}\n`
    expect(tallySummary(output)).toEqual({ passed: 4, failed: 3 })
  })

  it("finds nothing in output without a summary", () => {
    expect(tallySummary("SyntaxError: oh\n")).toEqual({ passed: 0, failed: 0 })
  })
})
