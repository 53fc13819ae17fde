import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { backendNames } from "./backend-names.js"
import { skeleton, version } from "./skeleton.js"

const files = skeleton(backendNames("@acme/larder-vault"))
const manifest = JSON.parse(files.get("package.json") ?? "")

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")
}

describe("skeleton", () => {
  it("names the files after the store", () => {
    expect([...files.keys()].sort()).toEqual([
      ".gitignore",
      "README.md",
      "package.json",
      "src/conformance.test.ts",
      "src/from-url.ts",
      "src/index.ts",
      "src/vault-backend.test.ts",
      "src/vault-backend.ts",
      "tsconfig.json",
    ])
  })

  it("has the files that the README lists", () => {
    const readme = read("packages/create-larder-backend/README.md")
    const rows = readme.slice(readme.indexOf("| file"), readme.indexOf("There is no")).split("\n").slice(2)
    const listed = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, path]) => path))
    expect(listed.sort()).toEqual([...skeleton(backendNames("my-store")).keys()].sort())
  })

  it("replaces every placeholder", () => {
    expect(manifest.name).toBe("@acme/larder-vault")
    expect(files.get("src/vault-backend.ts")).toContain("export class VaultBackend implements Backend")
    expect(files.get("src/vault-backend.ts")).toContain('readonly name = "vault"')
    expect(files.get("src/from-url.ts")).toContain('packages: { "vault": "@acme/larder-vault" }')
    expect(files.get("README.md")).toContain('import { VaultBackend } from "@acme/larder-vault"')
    for (const [path, text] of files) expect(path + text).not.toMatch(/my-?store|larder-range/i)
  })

  it("requires the current version of core and conformance, which is that of this package", () => {
    for (const name of ["core", "conformance"])
      expect(JSON.parse(read(`packages/${name}/package.json`)).version).toBe(version)
    expect(manifest.peerDependencies).toEqual({ "@larder/core": `^${version}` })
    expect(manifest.devDependencies).toMatchObject({
      "@larder/core": `^${version}`,
      "@larder/conformance": `^${version}`,
    })
  })

  it("requires the versions of Node, its types and the compiler that the repository uses", () => {
    expect(manifest.engines).toEqual(JSON.parse(read("package.json")).engines)
    const catalog = read("pnpm-workspace.yaml")
    for (const name of ["@types/node", "typescript"]) {
      const used = new RegExp(`^ {2}"?${name}"?: \\^?(.+)$`, "m").exec(catalog)?.[1]
      expect(manifest.devDependencies[name]).toBe(`^${used}`)
    }
  })
})
