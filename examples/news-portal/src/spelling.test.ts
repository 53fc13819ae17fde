import { expect, it } from "vitest"
import { spellTerms } from "./spelling.js"

it("spells names with capitals, and other words as most sentences do", () => {
  const texts = [
    "Canals are dug in Panama. A canal is PANAMA’s hope.",
    "Canal by canal, the canal grows.",
    "pan-American",
  ]
  expect(spellTerms(["canal", "panama", "american", "rail"], texts)).toEqual(["canal", "Panama", "American", "rail"])
  expect(spellTerms([], texts)).toEqual([])
})
