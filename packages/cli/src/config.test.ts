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

/** What TypeScript writes first where it compiles a module to CommonJS. */
const compiled = '"use strict"; Object.defineProperty(exports, "__esModule", { value: true });\n'

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

describe("the configuration", () => {
  it.each([
    ["larder.config.ts", `interface Unused { a: string }\nexport const caches: object = ${cachesOf("found")}`],
    ["larder.config.mjs", `export default ${cachesOf("found")}`],
    ["larder.config.js", `exports.caches = ${cachesOf("found")}`],
    ["larder.config.js", `${compiled}exports.caches = ${cachesOf("found")}`],
    ["larder.config.js", `${compiled}exports.default = ${cachesOf("found")}`],
  ])("is found as %s, in the syntax of that file", async (name, text) => {
    expect((await loadCaches(undefined, folderWith({ [name]: text }))).aliases).toEqual(["found"])
  })

  it.each([
    ["larder.config.ts", "interface Unused { a: string }\nexport default caches"],
    ["larder.config.mjs", "export default caches"],
    ["larder.config.js", "module.exports = caches"],
    ["larder.config.js", `${compiled}exports.default = caches`],
  ])("has caches that throw for an alias that is none as its default export, too: %s, %s", async (name, exported) => {
    const refusing = `new Proxy(${cachesOf("found")}, {
      get(target, alias) {
        if (alias in target || alias === "then" || typeof alias === "symbol") return target[alias]
        throw new Error("There is no cache " + alias)
      },
    })`
    const folder = folderWith({ [name]: `const caches = ${refusing}\n${exported}` })
    expect((await loadCaches(undefined, folder)).aliases).toEqual(["found"])
  })

  it("is the file that is named, from the folder on", async () => {
    const folder = folderWith({ "larder.config.mjs": "", "other.mjs": `export const caches = ${cachesOf("other")}` })
    expect((await loadCaches("other.mjs", folder)).aliases).toEqual(["other"])
  })

  it("that is not there is an error that says what was looked for", async () => {
    const folder = folderWith({})
    await expect(loadCaches(undefined, folder)).rejects.toThrow(/no larder\.config\.ts, .* in .*larder-config-/)
    await expect(loadCaches("my.ts", folder)).rejects.toThrow(UsageError)
    await expect(loadCaches(".", folder)).rejects.toThrow(UsageError)
  })

  it.each([
    ["larder.config.ts", "export const caches = {", "Unexpected token"],
    ["larder.config.mjs", 'throw new Error("no such setting")', "no such setting"],
    ["larder.config.ts", 'import caches from "nothing-of-the-kind"\nexport { caches }', "nothing-of-the-kind"],
  ])("that cannot be loaded is an error that names the file: %s, %s", async (name, text, reason) => {
    const loading = loadCaches(undefined, folderWith({ [name]: text }))
    await expect(loading).rejects.toThrow(`${name} cannot be loaded: `)
    await expect(loading).rejects.toThrow(reason)
    await expect(loading).rejects.not.toThrow(UsageError)
  })

  it("without caches is an error that says how to export them", async () => {
    for (const exported of ["const caches = { default: 1 }", "default null", "default { aliases: [], use() {} }"]) {
      const folder = folderWith({ "larder.config.mjs": `export ${exported}` })
      await expect(loadCaches(undefined, folder)).rejects.toThrow("export const caches = createCaches")
    }
  })
})
