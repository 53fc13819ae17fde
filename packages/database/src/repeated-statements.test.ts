import { describe, expect, it } from "vitest"
import { RepeatedStatements } from "./repeated-statements.js"

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `text ${from + index}`)

describe("repeated statements", () => {
  it("are chosen on the second occurrence", () => {
    const statements = new RepeatedStatements()
    expect(["a", "b", "a", "b", "a", "c"].map((text) => statements.choose(text))).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
    ])
  })

  it("are forgotten after sixteen others", () => {
    const statements = new RepeatedStatements()
    for (const text of numbered(0, 17)) expect(statements.choose(text)).toBe(false)
    expect(statements.choose("text 0")).toBe(false)
    expect(statements.choose("text 16")).toBe(true)
  })

  it("are sixteen at most, and stay chosen", () => {
    const statements = new RepeatedStatements()
    for (const text of numbered(0, 20)) {
      statements.choose(text)
      statements.choose(text)
    }
    const chosen = [...numbered(0, 20), ...numbered(0, 20)].filter((text) => statements.choose(text))
    expect(chosen).toEqual([...numbered(0, 16), ...numbered(0, 16)])
  })
})
