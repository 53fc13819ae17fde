import { describe, expect, it } from "vitest"
import { countTerms } from "./terms.js"

describe("countTerms", () => {
  it("counts words that say something, in lower case", () => {
    expect(countTerms("The Canal! The canal of Panama is the CANAL.")).toEqual(
      new Map([
        ["canal", 3],
        ["panama", 1],
      ]),
    )
  })
})
