import { describe, expect, it } from "vitest"
import { getEnd } from "./entry-end.js"

const reply = (text: string) => {
  const [code = "", ...flags] = text.split(" ")
  return { code, flags: flags.join(" "), value: undefined }
}

function endFrom(...texts: string[]): unknown {
  const request = getEnd("k", "7")
  return [...texts, "MN"].map((text) => request.read(reply(text))).at(-1)
}

const stats = ["STAT uptime 90", "STAT time 1000", "END"]

describe("the end of an entry by the server's clock", () => {
  it("is the server's time and the seconds left", () => {
    expect(endFrom("HD t60 c7", ...stats, "HD t60 c7")).toBe(1060)
  })

  it("is not known when a second passed between the looks", () => {
    expect(endFrom("HD t60 c7", ...stats, "HD t59 c7")).toBeUndefined()
  })

  it("is not known when the entry changed or went", () => {
    expect(endFrom("HD t60 c8", ...stats, "HD t60 c8")).toBeUndefined()
    expect(endFrom("EN", ...stats, "EN")).toBeUndefined()
    expect(endFrom("HD t60 c7", ...stats, "EN")).toBeUndefined()
  })

  it("is not known to a server that does not tell the time", () => {
    expect(endFrom("HD t60 c7", "END", "HD t60 c7")).toBeUndefined()
  })

  it("is not known when the server refused a part of the question", () => {
    expect(endFrom(...stats, "HD t60 c7")).toBeUndefined()
    expect(endFrom("HD t60 c7", ...stats)).toBeUndefined()
    expect(endFrom("HD t60 c7", "HD t60 c7")).toBeUndefined()
  })
})
