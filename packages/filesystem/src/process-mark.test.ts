import { spawnSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { hasEnded, processMark } from "./process-mark.js"

describe("the mark of a process", () => {
  it("tells of a living process that it has not ended", () => {
    expect(hasEnded(processMark())).toBe(false)
    expect(hasEnded(processMark(process.ppid))).toBe(false)
  })

  it("tells of an ended process that it has, on Linux", () => {
    const { pid } = spawnSync(process.execPath, ["--version"])
    expect(hasEnded(processMark(pid))).toBe(process.platform === "linux")
  })

  it("never tells that of a process of another machine or container", () => {
    const { pid } = spawnSync(process.execPath, ["--version"])
    const mark = processMark(pid)
    mark[0] = (mark[0] ?? 0) ^ 1
    expect(hasEnded(mark)).toBe(false)
  })

  it("tells nothing when it is incomplete or names nobody", () => {
    for (let length = 0; length < 8; length += 1) expect(hasEnded(processMark().subarray(0, length))).toBe(false)
    expect(hasEnded(processMark(0))).toBe(false)
    expect(hasEnded(processMark(0xffff_ffff))).toBe(false)
  })
})
