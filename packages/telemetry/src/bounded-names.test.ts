import { expect, it } from "vitest"
import { BoundedNames } from "./bounded-names.js"

it("keeps plain words, up to its limit", () => {
  const names = new BoundedNames(3)
  expect(["", "set-cookie", "vary", "status", "vary", ""].map((name) => names.of(name))).toEqual([
    "",
    "set-cookie",
    "vary",
    "_OTHER",
    "vary",
    "",
  ])
})

it.each(["user:42", "visitor7", "ada@example.com", "/account", "two words", "Name", "é", "a".repeat(41), "x\ny"])(
  "replaces %j",
  (name) => {
    expect(new BoundedNames(3).of(name)).toBe("_OTHER")
  },
)
