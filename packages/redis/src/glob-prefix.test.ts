import { describe, expect, it } from "vitest"
import { globOfPrefix } from "./glob-prefix.js"

describe("globOfPrefix", () => {
  it("ends with the only star that means something", () => {
    expect(globOfPrefix("app:1:")).toBe("app:1:*")
    expect(globOfPrefix("")).toBe("*")
  })

  it("escapes what means something in a pattern", () => {
    expect(globOfPrefix("a*b?c[d]e\\f")).toBe("a\\*b\\?c\\[d\\]e\\\\f*")
  })

  it("leaves alone what means something in brackets only", () => {
    expect(globOfPrefix("a-z^")).toBe("a-z^*")
  })
})
