import { describe, expect, it } from "vitest"
import { RepeatedTexts } from "./repeated-texts.js"

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `text ${from + index}`)

describe("texts that come again", () => {
  it("are chosen when they do", () => {
    const texts = new RepeatedTexts()
    expect(["a", "b", "a", "b", "a", "c"].map((text) => texts.include(text))).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
    ])
  })

  it("are as good as new after sixteen others", () => {
    const texts = new RepeatedTexts()
    for (const text of numbered(0, 17)) expect(texts.include(text)).toBe(false)
    expect(texts.include("text 0")).toBe(false)
    expect(texts.include("text 16")).toBe(true)
  })

  it("are sixteen at most", () => {
    const texts = new RepeatedTexts()
    for (const text of numbered(0, 20)) {
      texts.include(text)
      texts.include(text)
    }
    const chosen = [...numbered(0, 20), ...numbered(0, 20)].filter((text) => texts.include(text))
    expect(chosen).toEqual([...numbered(0, 16), ...numbered(0, 16)])
  })
})
