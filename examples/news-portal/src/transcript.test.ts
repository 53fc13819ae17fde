import { describe, expect, it } from "vitest"
import { setTranscript } from "./transcript.js"

describe("setTranscript", () => {
  it("sets typographic quotation marks and apostrophes", () => {
    expect(setTranscript(`He said, "It's time" ("now").`)).toBe("He said, “It’s time” (“now”).")
  })

  it("sets dashes however they were typed", () => {
    expect(setTranscript("war--peace -- or&mdash;both")).toBe("war—peace—or—both")
  })

  it("leaves out what the audience did", () => {
    expect(setTranscript("Thank you. (Applause.) Madam Vice President—(applause)—no one [Laughter] has")).toBe(
      "Thank you. Madam Vice President—no one has",
    )
  })

  it("drops control characters and doubled spaces", () => {
    expect(setTranscript(" one\u0002two   three ")).toBe("one two three")
  })
})
