import assert from "node:assert/strict"
import { describe, expect, it } from "vitest"
import { failureOf } from "./failure.js"

function thrownBy(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error("nothing was thrown")
}

describe("failureOf", () => {
  it("says what was expected and what came", () => {
    const failure = failureOf(thrownBy(() => assert.strictEqual(null, undefined)))
    expect(failure.message).toBe("expected undefined, got null")
    expect(failure).toMatchObject({ name: "AssertionError", actual: null })
    expect(failure.stack).toContain("failure.test.ts")
  })

  it("does so behind a message too", () => {
    const failure = failureOf(thrownBy(() => assert.strictEqual(4, 6, "values returned")))
    expect(failure.message).toBe("values returned: expected 6, got 4")
    expect(failure.stack).toMatch(/^AssertionError: values returned: expected 6, got 4\n {4}at .*failure\.test\.ts/)
  })

  it("keeps other errors", () => {
    for (const error of [new RangeError("too large"), thrownBy(() => assert.fail("get: expected no entry"))]) {
      expect(failureOf(error)).toBe(error)
    }
  })

  it("puts what is not an Error into one", () => {
    for (const [reason, shown] of [
      ["no", "'no'"],
      [undefined, "undefined"],
      [{ code: 1 }, "{ code: 1 }"],
    ] as const) {
      expect(failureOf(reason).message).toBe(
        `a call rejected with ${shown}: expected an instance of Error (see errors)`,
      )
    }
  })
})
