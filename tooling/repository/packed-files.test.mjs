import { describe, expect, it } from "vitest"
import { checkPackedFiles } from "./packed-files.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

const files = {
  "package.json": "{}",
  "README.md": "",
  LICENSE: "",
  "src/index.ts": "",
  "dist/index.js": "",
  "dist/index.d.ts": "",
}

/** @param {Record<string, string>} files */
const check = (files) => checkPackedFiles({ name: "@larder/locmem" }, temporaryTree(files))

describe("checkPackedFiles", () => {
  it("accepts source, build, README and license", () => {
    expect(check(files)).toEqual([])
  })

  it.each(["README.md", "LICENSE"])("finds that %s is missing", (path) => {
    const rest = Object.fromEntries(Object.entries(files).filter(([name]) => name !== path))
    expect(check(rest)).toEqual([`@larder/locmem: the package lacks ${path}`])
  })

  it.each(["src/index.test.ts", "src/index.test-d.ts"])("finds the test %s", (path) => {
    expect(check({ ...files, [path]: "" })).toEqual([`@larder/locmem: the package carries the test ${path}`])
  })

  it("accepts the tests of a package that this one writes", () => {
    expect(check({ ...files, "template/src/index.test.ts": "" })).toEqual([])
  })

  it("finds leftovers of an old build", () => {
    expect(check({ ...files, "dist/old.js": "" })).toEqual([
      "@larder/locmem: dist/old.js is left of an older build; remove dist and run `npm run build -- --force`",
    ])
  })
})
