import type { Finding } from "@larder/core"
import { describe, expect, it } from "vitest"
import { reportLines } from "./report-lines.js"

function finding(severity: Finding["severity"], code: string): Finding {
  return { severity, code, found: `Something is ${code}.`, why: "It matters.", advice: "Change it." }
}

describe("the report", () => {
  it("names each cache and its store, and lists the most severe findings first", () => {
    const findings = [finding("info", "plain"), finding("warning", "slow"), finding("error", "full")]
    expect(
      reportLines([
        { cache: "default", backend: "redis", location: "redis://127.0.0.1:6379/0", findings },
        { cache: "pages", backend: "locmem", findings: [] },
        { cache: "broken", findings: [finding("error", "wrong")] },
      ]),
    ).toEqual([
      "default: redis at redis://127.0.0.1:6379/0",
      "  error: Something is full. [full]",
      "    why: It matters.",
      "    do:  Change it.",
      "  warning: Something is slow. [slow]",
      "    why: It matters.",
      "    do:  Change it.",
      "  info: Something is plain. [plain]",
      "    why: It matters.",
      "    do:  Change it.",
      "",
      "pages: locmem",
      "  nothing found",
      "",
      "broken",
      "  error: Something is wrong. [wrong]",
      "    why: It matters.",
      "    do:  Change it.",
      "",
      "2 errors, 1 warning, 1 info",
    ])
  })

  it("says if nothing was found", () => {
    expect(reportLines([{ cache: "default", backend: "dummy", findings: [] }]).at(-1)).toBe("nothing found")
  })

  it("fits the terminal, except for long words, and is at most 100 columns wide", () => {
    const wordy = { ...finding("error", "long"), found: `${"word ".repeat(60)}${"x".repeat(70)} end.` }
    const lines = reportLines([{ cache: "default", findings: [wordy] }], 40)
    expect(lines.slice(1, 3)).toEqual([`  error: ${"word ".repeat(6).trim()}`, `         ${"word ".repeat(6).trim()}`])
    expect(lines.filter((line) => line.length > 40)).toEqual([`         ${"x".repeat(70)}`])
    const wide = reportLines([{ cache: "default", findings: [wordy] }], 300)
    expect(Math.max(...wide.map((line) => line.length))).toBeLessThanOrEqual(100)
  })
})
