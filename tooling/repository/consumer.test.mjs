import { join } from "node:path"
import { run } from "@larder/bootstrap/command"
import { describe, expect, it } from "vitest"
import { checkConsumer } from "./consumer.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

const program = 'import { answer } from "@larder/probe"\nif (answer !== 42) throw new Error(String(answer))\n'

const good = {
  manifest: {
    name: "@larder/probe",
    version: "1.0.0",
    type: "module",
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
  },
  files: {
    "README.md": "",
    LICENSE: "",
    "src/index.ts": "",
    "dist/index.d.ts": "export declare const answer: number\n",
    "dist/index.js": "export const answer = 42\n",
  },
}

/**
 * @param {import("./workspace.mjs").Manifest} manifest
 * @param {Record<string, string>} files
 */
async function check(manifest, files) {
  const folder = temporaryTree({ ...files, "package.json": manifest })
  await run("npm", ["pack", "--silent"], { cwd: folder })
  const tarball = join(folder, "larder-probe-1.0.0.tgz")
  return checkConsumer([{ manifest, tarball }], join(folder, "consumer"), program)
}

describe("checkConsumer", () => {
  it("accepts valid entries and types, and ignores entries for an optional peer", async () => {
    const manifest = {
      ...good.manifest,
      exports: { ...good.manifest.exports, "./glue": { types: "./dist/glue.d.ts", default: "./dist/glue.js" } },
      peerDependencies: { "not-installed": "*" },
      peerDependenciesMeta: { "not-installed": { optional: true } },
    }
    const glue = { "src/glue.ts": "", "dist/glue.d.ts": "", "dist/glue.js": 'import "not-installed/entry"\n' }
    expect(await check(manifest, { ...good.files, ...glue })).toEqual([])
    const types = {
      "src/glue.ts": "",
      "dist/glue.d.ts": 'import type { A } from "not-installed"\nexport declare const a: A\n',
      "dist/glue.js": "export const a = 1\n",
    }
    expect(await check(manifest, { ...good.files, ...types })).toEqual([])
  })

  it("finds entries that cannot be loaded, missing types, and a program that fails", async () => {
    const entry = (/** @type {string} */ name) => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` })
    const entries = {
      "./waits": entry("waits"),
      "./lost": entry("lost"),
      "./empty": entry("empty"),
      "./untyped": entry("untyped"),
      "./placed": entry("placed"),
    }
    const manifest = { ...good.manifest, exports: { ...good.manifest.exports, ...entries } }
    const findings = await check(manifest, {
      ...good.files,
      ...Object.fromEntries(Object.keys(entries).map((name) => [`src/${name.slice(2)}.ts`, ""])),
      "dist/index.js": "export const answer = 41\n",
      "dist/waits.js": "export const a = await 1\n",
      "dist/waits.d.ts": "export declare const a: number\n",
      "dist/lost.js": 'export { a } from "not-installed"\n',
      "dist/lost.d.ts": "export declare const a: number\n",
      "dist/empty.js": "export {}\n",
      "dist/empty.d.ts": "export {}\n",
      "dist/untyped.js": "export const a = 1\n",
      "dist/untyped.d.ts": 'export { a } from "./nowhere.js"\n',
      "dist/placed.js": 'export const a = new URL("..", import.meta.url)\n',
      "dist/placed.d.ts": "export declare const a: URL\n",
    })
    expect(findings.map((finding) => finding.split("\n")[0])).toEqual([
      "require of @larder/probe/waits:",
      "import of @larder/probe/lost:",
      "require of @larder/probe/lost:",
      "import of @larder/probe/empty:",
      "require of @larder/probe/empty:",
      "a CommonJS bundle of all entries cannot be loaded:",
      "types under moduleResolution nodenext:",
      "types under moduleResolution bundler:",
      "a first program failed:",
    ])
  })
})
