import { expect, it } from "vitest"
import { UnsentTexts } from "./unsent-texts.js"

it("keeps each text once, in order, and gives them away once", () => {
  const unsent = new UnsentTexts("all", 100)
  for (const text of ["a", "b", "a"]) unsent.add(text)
  expect(unsent.take()).toEqual(["a", "b"])
  expect(unsent.take()).toEqual([])
})

it("keeps one text for all when there are too many", () => {
  const unsent = new UnsentTexts("all", 10)
  for (const text of ["12345", "67890", "1", "2"]) unsent.add(text)
  expect(unsent.take()).toEqual(["all"])
  unsent.add("again")
  expect(unsent.take()).toEqual(["again"])
})
