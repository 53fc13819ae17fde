import { describe, expect, it } from "vitest"
import { checkExceptions } from "./exceptions.js"
import type { Harness } from "./harness.js"

function harness(except: Record<string, string>): Harness {
  return { create: () => Promise.reject(new Error("not called")), except }
}

describe("checkExceptions", () => {
  it("takes clauses of the contract and of the cache, with a reason", () => {
    checkExceptions(harness({ "clear.3": "the vendor cannot escape a *", "cache.clear.1": "as clear.3" }))
    checkExceptions({ create: () => Promise.reject(new Error("not called")) })
  })

  it("refuses an id that is no clause", () => {
    expect(() => checkExceptions(harness({ "clear.99": "why" }))).toThrow(
      new TypeError('except names "clear.99", which is not a clause of CONTRACT.md'),
    )
    expect(() => checkExceptions(harness({ clear: "why" }))).toThrow(TypeError)
  })

  it("excuses nobody from get, set and delete", () => {
    for (const id of ["get.1", "set.2", "delete.1"]) {
      expect(() => checkExceptions(harness({ [id]: "why" }))).toThrow(
        "clauses of get, set and delete cannot be excepted",
      )
    }
  })

  it("wants a reason", () => {
    expect(() => checkExceptions(harness({ "clear.3": " " }))).toThrow('except["clear.3"] must be the reason')
  })
})
