import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { loadCaches } from "./config.js"
import { UsageError } from "./usage-error.js"

const folders: string[] = []

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "larder-config-"))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function cachesOf(alias: string): string {
  return `{ aliases: ["${alias}"], use: () => undefined, close: async () => {} }`
}

/** The beginning of a module that TypeScript compiled to CommonJS. */
const compiled = '"use strict"; Object.defineProperty(exports, "__esModule", { value: true });\n'

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

describe("the configuration", () => {
  it.each([
    ["larder.config.ts", `interface Unused { a: string }\nexport const caches: object = ${cachesOf("found")}`],
    ["larder.config.mjs", `export default ${cachesOf("found")}`],
    ["larder.config.js", `exports.caches = ${cachesOf("found")}`],
    ["larder.config.cjs", `exports.caches = ${cachesOf("found")}`],
    ["larder.config.js", `${compiled}exports.caches = ${cachesOf("found")}`],
    ["larder.config.js", `${compiled}exports.default = ${cachesOf("found")}`],
  ])("is found as %s, in the syntax of that file type", async (name, text) => {
    expect((await loadCaches(undefined, folderWith({ [name]: text }))).aliases).toEqual(["found"])
  })

  it.each([
    ["larder.config.ts", "interface Unused { a: string }\nexport default caches"],
    ["larder.config.mjs", "export default caches"],
    ["larder.config.js", "module.exports = caches"],
    ["larder.config.js", `${compiled}exports.default = caches`],
  ])("can have caches that throw for unknown aliases as its default export: %s, %s", async (name, exported) => {
    const refusing = `new Proxy(${cachesOf("found")}, {
      get(target, alias) {
        if (alias in target || alias === "then" || typeof alias === "symbol") return target[alias]
        throw new Error("There is no cache " + alias)
      },
    })`
    const folder = folderWith({ [name]: `const caches = ${refusing}\n${exported}` })
    expect((await loadCaches(undefined, folder)).aliases).toEqual(["found"])
  })

  it("is the named file, relative to the folder", async () => {
    const folder = folderWith({ "larder.config.mjs": "", "other.mjs": `export const caches = ${cachesOf("other")}` })
    expect((await loadCaches("other.mjs", folder)).aliases).toEqual(["other"])
  })

  it("causes an error that names the expected files if it is missing", async () => {
    const folder = folderWith({})
    await expect(loadCaches(undefined, folder)).rejects.toThrow(
      /no larder\.config\.ts, \.js, \.mjs or \.cjs in .*larder-config-/,
    )
    await expect(loadCaches("my.ts", folder)).rejects.toThrow(UsageError)
    await expect(loadCaches(".", folder)).rejects.toThrow(UsageError)
  })

  it.each([
    ["larder.config.ts", "export const caches = {", "Unexpected token"],
    ["larder.config.mjs", 'throw new Error("no such setting")', "no such setting"],
    ["larder.config.ts", 'import caches from "nothing-of-the-kind"\nexport { caches }', "nothing-of-the-kind"],
  ])("causes an error that names the file if it cannot be loaded: %s, %s", async (name, text, reason) => {
    const loading = loadCaches(undefined, folderWith({ [name]: text }))
    await expect(loading).rejects.toThrow(`${name} cannot be loaded: `)
    await expect(loading).rejects.toThrow(reason)
    await expect(loading).rejects.not.toThrow(UsageError)
  })

  it("causes an error that explains how to export caches if it has none", async () => {
    for (const exported of ["const caches = { default: 1 }", "default null", "default { aliases: [], use() {} }"]) {
      const folder = folderWith({ "larder.config.mjs": `export ${exported}` })
      await expect(loadCaches(undefined, folder)).rejects.toThrow("export const caches = createCaches")
    }
  })
})
