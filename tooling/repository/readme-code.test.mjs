import { describe, expect, it } from "vitest"
import { checkReadmeCode } from "./readme-code.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

const fence = (/** @type {string} */ code, info = "ts") => `\`\`\`${info}\n${code}\n\`\`\`\n`

/** @param {Record<string, string>} documents */
const check = (documents) =>
  checkReadmeCode(
    temporaryTree({
      "package.json": { name: "larder" },
      "packages/core/package.json": {
        name: "@larder/core",
        type: "module",
        exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
      },
      "packages/core/dist/index.d.ts": "export declare const answer: number\n",
      "packages/core/dist/index.js": "export const answer = 42\n",
      ...documents,
    }),
  )

describe("checkReadmeCode", () => {
  it("accepts documents whose code compiles and runs", async () => {
    const code = 'import { answer } from "@larder/core"\nif (answer !== 42) throw new Error("wrong")'
    const findings = await check({
      "README.md": fence(code) + fence('await import("nowhere" as string)', "ts no-run"),
      "packages/core/README.md": fence(code) + fence("console.log(answer)", "ts continued"),
      "docs/guide.md": fence('import { readFile } from "node:fs/promises"\nexport const read = readFile'),
    })
    expect(findings).toEqual([])
  })

  it("finds a type error, at its line in the document", async () => {
    const [finding] = await check({
      "packages/core/README.md": `# Core\n\n${fence('import { answer } from "@larder/core"\nanswer.length')}`,
    })
    expect(finding).toMatch(/packages\/core\/README\.md:5:8: error TS2339/)
  })

  it("finds an import that no package exports", async () => {
    const [finding] = await check({ "README.md": fence('import { Cache } from "@larder/core"') })
    expect(finding).toMatch(/README\.md:2:10: error TS2305/)
  })

  it("finds code that throws, and shows where", async () => {
    const [finding] = await check({
      "docs/guide.md": `Text.\n${fence('console.log("before")\nthrow new Error("oh")')}`,
    })
    expect(finding).toMatch(/^docs\/guide\.md:2: the code failed\n/)
    expect(finding).toContain("Error: oh")
    expect(finding).toMatch(/docs\/guide\.md:4/)
  })

  it("finds a fence that would not be checked", async () => {
    expect(await check({ "README.md": fence("a()", "js") })).toEqual([
      "README.md:1: write `ts` instead of `js`, to have it checked",
    ])
  })
})
