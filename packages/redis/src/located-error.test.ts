import { describe, expect, it } from "vitest"
import { located, RedisConnectionError } from "./located-error.js"

const location = "redis://host:6379/1"

describe("located", () => {
  it("names the store, and keeps the code and the error itself", () => {
    const cause = Object.assign(new Error("Socket closed unexpectedly"), { code: "ECONNRESET" })
    const error = located(cause, location)
    expect(error).toBeInstanceOf(RedisConnectionError)
    expect(error).toMatchObject({ message: `${location}: Socket closed unexpectedly`, code: "ECONNRESET", cause })
  })

  it("shows the errors of many addresses, which have no message together", () => {
    const refusals = [new Error("connect ECONNREFUSED ::1:6379"), new Error("connect ECONNREFUSED 127.0.0.1:6379")]
    expect(located(new AggregateError(refusals), location)).toMatchObject({
      message: `${location}: connect ECONNREFUSED ::1:6379; connect ECONNREFUSED 127.0.0.1:6379`,
    })
  })

  it("leaves an error that names it already, and what is no error", () => {
    const known = new Error("connect ECONNREFUSED host:6379")
    expect(located(known, location)).toBe(known)
    expect(located(known, "redis://other:1,host:6379")).toBe(known)
    const named = located(new Error("lost"), location)
    expect(located(named, location)).toBe(named)
    expect(located("lost", location)).toBe("lost")
  })
})
