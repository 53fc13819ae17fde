import { describe, expect, it } from "vitest"
import { tallyReport } from "./vitest-run.mjs"

describe("tallyReport", () => {
  it("counts tests, not files", () => {
    const testResults = [{ status: "failed", assertionResults: [{}, {}, {}] }]
    expect(tallyReport({ numPassedTests: 2, numFailedTests: 1, testResults })).toEqual({ passed: 2, failed: 1 })
  })

  it("counts a file that could not be loaded as a failure", () => {
    const testResults = [
      { status: "passed", assertionResults: [{}] },
      { status: "failed", assertionResults: [] },
    ]
    expect(tallyReport({ numPassedTests: 1, numFailedTests: 0, testResults })).toEqual({ passed: 1, failed: 1 })
  })
})
