import { describe, expect, it } from "vitest"
import { failureLine } from "./failure-line.js"

describe("failureLine", () => {
  it("joins lines", () => {
    expect(failureLine(new Error("first\n  second\r\n"))).toBe("first second")
  })

  it("is never empty, whatever was thrown", () => {
    expect(failureLine("text")).toBe("text")
    expect(failureLine(new TypeError())).toBe("TypeError")
    expect(failureLine(new AggregateError([new Error("::1 refused"), new Error("127.0.0.1 refused")]))).toBe(
      "::1 refused; 127.0.0.1 refused",
    )
  })

  it("masks user and password", () => {
    expect(failureLine(new Error("no answer of redis://ada:s3:cr@t@host:6379/1 within 1 s"))).toBe(
      "no answer of redis://***@host:6379/1 within 1 s",
    )
  })
})
