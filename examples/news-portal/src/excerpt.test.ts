import { describe, expect, it } from "vitest"
import { excerptOf } from "./excerpt.js"

const filler = (words: number) => "word ".repeat(words)

describe("excerptOf", () => {
  it("marks every match", () => {
    expect(excerptOf("War and peace and war", /war|peace/gi)).toEqual([
      { text: "War", marked: true },
      { text: " and ", marked: false },
      { text: "peace", marked: true },
      { text: " and ", marked: false },
      { text: "war", marked: true },
    ])
  })

  it("takes the passage with the most different matches, and says that it is one", () => {
    const text = `war war ${filler(100)}war and peace ${filler(100)}`
    const segments = excerptOf(text, /war|peace/gi, 80)
    const excerpt = segments.map((segment) => segment.text).join("")
    expect(excerpt).toMatch(/^… word.*war and peace.*word …$/)
    expect(excerpt.length).toBeLessThan(120)
  })

  it("cuts at words", () => {
    const text = `${filler(60)}peace ${filler(60)}`
    const excerpt = excerptOf(text, /peace/g, 60)
      .map((segment) => segment.text)
      .join("")
    expect(excerpt.replaceAll(/word|peace|…/g, "").trim()).toBe("")
  })

  it("is empty where nothing matches", () => {
    expect(excerptOf("peace", /war/g)).toEqual([])
  })
})
