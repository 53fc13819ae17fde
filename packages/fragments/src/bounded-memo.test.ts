import { expect, it, vi } from "vitest"
import { BoundedMemo } from "./bounded-memo.js"

it("makes what it has once, and never has more than its limit", () => {
  const memo = new BoundedMemo<string>(2)
  const make = vi.fn((text: string) => text.toUpperCase())
  const get = (text: string) => memo.get(text, () => make(text))
  expect(["a", "b", "a", "b"].map(get)).toEqual(["A", "B", "A", "B"])
  expect(make.mock.calls.flat()).toEqual(["a", "b"])
  expect([get("c"), get("c"), get("a")]).toEqual(["C", "C", "A"])
  expect(make.mock.calls.flat()).toEqual(["a", "b", "c", "a"])
})
