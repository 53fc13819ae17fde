import { cpSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { collect, run } from "@larder/bootstrap/command"
import { expect, it } from "vitest"
import { temporaryTree } from "./temporary-tree.mjs"

const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome")
const configuration = fileURLToPath(new URL("../../biome.json", import.meta.url))

/** @param {Record<string, string>} files */
async function brokenRules(files) {
  const root = temporaryTree(files)
  cpSync(configuration, join(root, "biome.json"))
  await run("git", ["init", "--quiet"], { cwd: root })
  const args = [biome, "lint", "--error-on-warnings", "--colors=off", "."]
  const { code, output } = await collect(process.execPath, args, { cwd: root })
  const rules = new Set([...output.matchAll(/^\S+:\d+:\d+ lint\/\w+\/(\w+)/gm)].map((match) => match[1]))
  return { failed: code !== 0, rules: [...rules].sort() }
}

it("finds an import cycle of values", async () => {
  const files = {
    "a.ts": 'import { b } from "./b.js"\n\nexport const a: () => number = () => b() + 1\n',
    "b.ts": 'import { c } from "./c.js"\n\nexport const b: () => number = () => c() + 1\n',
    "c.ts": 'import { a } from "./a.js"\n\nexport const c: () => number = () => a() + 1\n',
  }
  expect(await brokenRules(files)).toEqual({ failed: true, rules: ["noImportCycles"] })
})

it("accepts an import cycle of types", async () => {
  const files = {
    "a.ts": 'import type { B } from "./b.js"\n\nexport interface A {\n  b: B\n}\n',
    "b.ts": 'import type { A } from "./a.js"\n\nexport interface B {\n  a: A\n}\n',
  }
  expect(await brokenRules(files)).toEqual({ failed: false, rules: [] })
})

it("finds default exports, any, and values imported for their type", async () => {
  const files = {
    "a.ts": 'import { B } from "./b.js"\n\nexport default function a(b: B): any {\n  return b\n}\n',
    "b.ts": "export interface B {\n  a: number\n}\n",
  }
  expect(await brokenRules(files)).toEqual({
    failed: true,
    rules: ["noDefaultExport", "noExplicitAny", "useImportType"],
  })
})

it("accepts the default export of a vitest configuration", async () => {
  expect(await brokenRules({ "vitest.config.ts": "export default {}\n" })).toEqual({ failed: false, rules: [] })
})
