import { describe, expect, it } from "vitest"
import { unfinished } from "./request.js"
import { getStats, sumOfStats } from "./server-stats.js"

const line = (flags: string) => ({ code: "STAT", flags, value: undefined })
const end = { code: "END", flags: "", value: undefined }

describe("the figures of servers", () => {
  it("are read line by line to the end", () => {
    const request = getStats()
    expect(request.read(line("curr_items 5"))).toBe(unfinished)
    expect(request.read(line("version 1.6.18"))).toBe(unfinished)
    const stats = request.read(end)
    expect(stats === unfinished ? undefined : [...stats]).toEqual([
      ["curr_items", "5"],
      ["version", "1.6.18"],
    ])
  })

  it("are refused when something else comes between", () => {
    expect(() => getStats().read({ code: "HD", flags: "", value: undefined })).toThrow("HD")
  })

  it("are summed over servers, and left out where one does not tell", () => {
    const one = new Map([
      ["curr_items", "5"],
      ["bytes", "100"],
      ["get_hits", "1"],
    ])
    const two = new Map([
      ["curr_items", "7"],
      ["bytes", "50"],
    ])
    expect(sumOfStats([one, two])).toEqual({ entries: 12, bytes: 150 })
  })
})
