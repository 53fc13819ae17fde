import { describe, expect, it } from "vitest"
import { countWords, paragraphsOf, sentencesOf, splitSalutation } from "./prose.js"

describe("sentencesOf", () => {
  it("splits after full stops, question marks and exclamation marks", () => {
    expect(sentencesOf("It is over. Is it? It is! Good.")).toEqual(["It is over.", "Is it?", "It is!", "Good."])
  })

  it("keeps abbreviations and initials inside their sentence", () => {
    const text = "Mr. Speaker met Gen. Scott and John Q. Adams of the U.S. Army. They talked."
    expect(sentencesOf(text)).toEqual([
      "Mr. Speaker met Gen. Scott and John Q. Adams of the U.S. Army.",
      "They talked.",
    ])
  })

  it("keeps a closing quotation mark with its sentence", () => {
    expect(sentencesOf("He said: “Enough.” Then he left.")).toEqual(["He said: “Enough.”", "Then he left."])
  })

  it("finds none in an empty text", () => {
    expect(sentencesOf("  ")).toEqual([])
  })
})

describe("splitSalutation", () => {
  it("separates whom the speaker greets", () => {
    expect(splitSalutation("Fellow-Citizens of the Senate: It is well. So: go on.")).toEqual({
      salutation: "Fellow-Citizens of the Senate:",
      body: "It is well. So: go on.",
    })
  })

  it("finds no salutation where the speaker begins at once", () => {
    const text = "On this Hill which was my home, I say: welcome."
    expect(splitSalutation(text)).toEqual({ salutation: "", body: text })
  })
})

describe("paragraphsOf", () => {
  it("groups sentences and loses none", () => {
    const text = Array.from({ length: 40 }, (_, index) => `This is sentence ${index} of the text.`).join(" ")
    const paragraphs = paragraphsOf(text, 200)
    expect(paragraphs.join(" ")).toBe(text)
    expect(paragraphs.length).toBeGreaterThan(4)
    for (const paragraph of paragraphs) expect(paragraph.length).toBeLessThanOrEqual(250)
  })

  it("gives a sentence that is too long a paragraph of its own", () => {
    const long = `It ${"went on and ".repeat(30)}ended.`
    expect(paragraphsOf(`Short. ${long} Short.`, 100)).toEqual(["Short.", long, "Short."])
  })
})

describe("countWords", () => {
  it("counts what has a letter", () => {
    expect(countWords("In 1861, — the Union’s well-known cause.")).toBe(5)
  })
})
