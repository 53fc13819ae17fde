import { describe, expect, it } from "vitest"
import { importsOf, packageOf } from "./module-imports.mjs"

/** @param {string} code */
function summary(code, path = "module.ts") {
  return importsOf(path, code).map(({ specifier, typeOnly }) => `${typeOnly ? "type" : "value"} ${specifier}`)
}

describe("importsOf", () => {
  it.each([
    ['import { a } from "x"', "value x"],
    ['import * as a from "x"', "value x"],
    ['import "x"', "value x"],
    ['export { a } from "x"', "value x"],
    ['export * from "x"', "value x"],
    ['const a = await import("x")', "value x"],
    ['const a = require("x")', "value x"],
    ['import type { A } from "x"', "type x"],
    ['import type * as a from "x"', "type x"],
    ['export type { A } from "x"', "type x"],
    ['export type * from "x"', "type x"],
    ['type A = import("x").A', "type x"],
  ])("reads %s", (code, expected) => {
    expect(summary(code)).toEqual([expected])
  })

  it("counts inline type imports as values, because the module is still loaded", () => {
    expect(summary('import { type A } from "x"')).toEqual(["value x"])
  })

  it("ignores comments, strings and templates", () => {
    const code = [
      '// import a from "comment"',
      '/* export * from "block" */',
      "const a = 'import b from \"string\"'",
      'const c = `import d from "template"`',
      'import { e } from "real"',
    ].join("\n")
    expect(importsOf("module.ts", code)).toEqual([{ specifier: "real", typeOnly: false, line: 5 }])
  })

  it("omits imports with a computed source", () => {
    expect(summary("const a = await import(`@larder/$" + "{name}`)")).toEqual([])
  })

  it("reads JavaScript and JSX as well", () => {
    expect(summary('import { a } from "x"; const b = a < 1', "module.mjs")).toEqual(["value x"])
    expect(summary('import { a } from "x"; const b = <a />', "module.tsx")).toEqual(["value x"])
  })

  it("rejects code that cannot be parsed, with the name of the file", () => {
    expect(() => importsOf("broken.ts", "import {")).toThrow(/^broken\.ts: /)
  })
})

describe("packageOf", () => {
  it.each([
    ["@larder/core", "@larder/core"],
    ["@larder/core/url", "@larder/core"],
    ["vitest", "vitest"],
    ["vitest/config", "vitest"],
    ["./entry.js", undefined],
    ["../src/index.js", undefined],
    ["node:fs/promises", undefined],
    ["#internal", undefined],
  ])("of %s is %s", (specifier, expected) => {
    expect(packageOf(specifier)).toBe(expected)
  })
})
