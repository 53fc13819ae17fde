import { describe, expect, it } from "vitest"
import { DatabaseError, located } from "./located-error.js"

const location = "postgres://host:5432/news"

describe("located", () => {
  it("names the database, and keeps the code and the error itself", () => {
    const cause = Object.assign(new Error('password authentication failed for user "news"'), { code: "28P01" })
    const error = located(cause, location)
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error).toMatchObject({ message: `${location}: ${cause.message}`, code: "28P01", cause })
  })

  it("shows the errors of many addresses, which have no message together", () => {
    const refusals = [new Error("connect ECONNREFUSED ::1:5432"), new Error("connect ECONNREFUSED 127.0.0.1:5432")]
    expect(located(new AggregateError(refusals), location)).toMatchObject({
      message: `${location}: connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432`,
    })
  })

  it("leaves an error that names it already, and one about a value", () => {
    for (const known of [
      new Error("connect ECONNREFUSED host:5432"),
      new RangeError("too large"),
      located(new Error("lost"), location),
      "lost",
    ]) {
      expect(located(known, location)).toBe(known)
    }
    const file = new Error("/var/cache.db is no database")
    expect(located(file, "sqlite:/var/cache.db")).toBe(file)
    expect(located(new Error("lost"), undefined)).toEqual(new Error("lost"))
  })
})
