import { describe, expect, it } from "vitest"
import { failureLine, withoutPasswords } from "./failure-line.js"

describe("the line about a failure", () => {
  it("is one line", () => {
    expect(failureLine(new Error("first\n  second\r\n"))).toBe("first second")
  })

  it("says something, whatever was thrown", () => {
    expect(failureLine("text")).toBe("text")
    expect(failureLine(new TypeError())).toBe("TypeError")
    expect(failureLine(new AggregateError([new Error("::1 refused"), new Error("127.0.0.1 refused")]))).toBe(
      "::1 refused; 127.0.0.1 refused",
    )
  })

  it("shows no user and no password", () => {
    expect(failureLine(new Error("no answer of redis://ada:s3:cr@t@host:6379/1 within 1 s"))).toBe(
      "no answer of redis://***@host:6379/1 within 1 s",
    )
    expect(withoutPasswords("redis://host/1?at=me@home")).toBe("redis://host/1?at=me@home")
  })
})
