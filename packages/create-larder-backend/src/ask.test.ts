import { PassThrough } from "node:stream"
import { expect, it } from "vitest"
import { ask } from "./ask.js"

it.each([
  ["the answer", "my-store\n", "my-store", "Name? "],
  ["an empty answer", "\n", "", "Name? "],
  ["an empty answer on a finished line if the input ends", "", "", "Name? \n"],
])("resolves to %s", async (_, typed, answer, shown) => {
  const [input, output] = [new PassThrough(), new PassThrough({ encoding: "utf8" })]
  const asked = ask("Name? ", input, output)
  input.end(typed)
  expect(await asked).toBe(answer)
  expect(output.read()).toBe(shown)
})
