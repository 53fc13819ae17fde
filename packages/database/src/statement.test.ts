import { describe, expect, it } from "vitest"
import { bind, compile } from "./statement.js"

describe("a statement", () => {
  it("has placeholders instead of names, and its values in the same order", () => {
    const numbered = compile("SELECT :one, :two::bigint, :one", (position) => `$${position}`)
    expect(numbered).toEqual({ text: "SELECT $1, $2::bigint, $3", names: ["one", "two", "one"] })
    expect(bind(numbered, { one: 1, two: null, other: 3 })).toEqual([1, null, 1])
    const timed = compile("SELECT :now, :one", () => "?")
    expect(bind(timed, { one: 1 }, 5)).toEqual([5, 1])
  })

  it("is refused if a value is missing", () => {
    expect(() =>
      bind(
        compile("SELECT :one", () => "?"),
        {},
      ),
    ).toThrow("no value for :one")
  })
})
