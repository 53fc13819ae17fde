import { describe, expect, it } from "vitest"
import { english, german } from "./languages.js"

describe("Language", () => {
  it("writes numbers as readers of the language do", () => {
    expect([english, german].map((language) => language.number(1_779_186))).toEqual(["1,779,186", "1.779.186"])
    expect([english, german].map((language) => language.number(2.5, 1))).toEqual(["2.5", "2,5"])
  })

  it("writes a date of UTC, wherever the server is", () => {
    const day = new Date("2026-11-26T23:59:00Z")
    expect(english.day(day)).toBe("Thursday, November 26, 2026")
    expect(german.day(day)).toBe("Donnerstag, 26. November 2026")
  })

  it("counts in the singular and the plural", () => {
    expect([0, 1, 1_200].map((count) => english.counted(count, "address", "addresses"))).toEqual([
      "0 addresses",
      "1 address",
      "1,200 addresses",
    ])
    expect([1, 2].map((count) => german.counted(count, "address", "addresses"))).toEqual(["1 Rede", "2 Reden"])
  })

  it("takes a minute at least to read", () => {
    expect([10, 2_300].map((words) => english.readingTime(words))).toEqual(["1 min read", "10 min read"])
    expect(german.readingTime(2_300)).toBe("10 Min. Lesezeit")
  })

  it("puts values into texts, and shows in English what has no translation", () => {
    expect(german.text("Page {number} of {count}", { number: 2, count: 8 })).toBe("Seite 2 von 8")
    expect(german.text("{name} is not {translated}", { name: "This" })).toBe("This is not {translated}")
  })

  it("names categories, and leaves names alone", () => {
    expect(german.category("The Gilded Age")).toBe("Das Vergoldete Zeitalter")
    expect(["1860s", "Joseph R. Biden"].map((name) => german.category(name))).toEqual(["1860er", "Joseph R. Biden"])
    expect(english.category("1860s")).toBe("1860s")
  })
})
