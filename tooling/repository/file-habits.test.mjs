import { describe, expect, it } from "vitest"
import { checkFileHabits } from "./file-habits.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

const manifest = { name: "@larder/locmem", exports: { ".": { "@larder/source": "./src/index.ts" } } }

/** @param {string} path @param {string} code */
const check = (path, code = "export const a = 1\n") =>
  checkFileHabits(temporaryTree({ "packages/locmem/package.json": manifest, [path]: code }))

describe("checkFileHabits", () => {
  it.each(["src/single-flight.ts", "src/key.test.ts", "src/key.test-d.ts", "vitest.config.ts", "src/sha256.ts"])(
    "accepts the name %s",
    (name) => {
      expect(check(`packages/locmem/${name}`)).toEqual([])
    },
  )

  it.each(["utils.ts", "helpers.ts", "common.ts", "types.ts", "constants.ts", "utils.test.ts"])(
    "finds the vague name %s",
    (name) => {
      expect(check(`packages/locmem/src/${name}`)).toEqual([
        `packages/locmem/src/${name}: the name says nothing; name the mechanism`,
      ])
    },
  )

  it.each(["singleFlight.ts", "SingleFlight.ts", "single_flight.ts", "single-flight.testing_Only.ts"])(
    "finds that %s is not kebab-case",
    (name) => {
      expect(check(`packages/locmem/src/${name}`)).toEqual([`packages/locmem/src/${name}: is not kebab-case`])
    },
  )

  it("ignores installed and built files", () => {
    expect(check("packages/locmem/dist/utils.js")).toEqual([])
    expect(check("packages/locmem/node_modules/x/utils.js")).toEqual([])
  })

  it("finds a long file without a reason", () => {
    const long = "export {}\n".repeat(301)
    expect(check("packages/locmem/src/a.ts", long)).toEqual([
      "packages/locmem/src/a.ts: has 301 lines; over 300 needs a comment with the reason in the first line",
    ])
    expect(check("packages/locmem/src/a.ts", `// One table, read as a whole.\n${long}`)).toEqual([])
    expect(check("packages/locmem/src/a.ts", "export {}\n".repeat(300))).toEqual([])
    expect(check("packages/locmem/src/a.test.ts", long)).toEqual([])
    expect(check("packages/locmem/src/a.test.ts", long + long)).toEqual([
      "packages/locmem/src/a.test.ts: has 602 lines; over 600 needs a comment with the reason in the first line",
    ])
    expect(check("packages/locmem/test/a.ts", long)).toEqual([])
    expect(check("packages/locmem/test/a.test.ts", long + long)).toEqual([
      "packages/locmem/test/a.test.ts: has 602 lines; over 600 needs a comment with the reason in the first line",
    ])
  })

  it("finds `export *`, but accepts `export * as`", () => {
    expect(check("packages/locmem/src/index.ts", 'export {}\nexport * from "./a.js"')).toEqual([
      "packages/locmem/src/index.ts:2: `export *` hides what is exported; name it",
    ])
    expect(check("packages/locmem/src/index.ts", 'export * as a from "./a.js"')).toEqual([])
  })

  it("finds a module that re-exports another one, unless it is an entry", () => {
    const code = 'export { a } from "./a.js"\nexport type { B } from "./b.js"'
    expect(check("packages/locmem/src/index.ts", code)).toEqual([])
    expect(check("packages/locmem/src/all.ts", code)).toEqual([
      "packages/locmem/src/all.ts:1: only an entry of the package exports from another module",
      "packages/locmem/src/all.ts:2: only an entry of the package exports from another module",
    ])
  })

  it.each([
    'it.only("a", () => {})',
    'describe.skip("a", () => {})',
    'test.todo("a")',
    'it.skipIf(true)("a", () => {})',
    'test.concurrent.only("a", () => {})',
    'it.each([1]).skip("a", () => {})',
  ])("finds that %s skips tests", (code) => {
    expect(check("packages/locmem/src/a.test.ts", code)).toEqual([
      expect.stringMatching(/a\.test\.ts:1: \.\w+ leaves tests out$/),
    ])
  })

  it("ignores other methods named skip, comments and strings", () => {
    const code = 'context.skip("a reason")\n// it.only\nconst a = "it.skip"\nit("a", () => list.only())'
    expect(check("packages/locmem/src/a.test.ts", code)).toEqual([])
  })
})
