import { describe, expect, it } from "vitest"
import { checkPackageShapes } from "./package-shape.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

const manifest = {
  name: "@larder/locmem",
  version: "1.0.0",
  description: "In-process memory",
  homepage: "https://example.org/larder/tree/main/packages/locmem#readme",
  bugs: "https://example.org/larder/issues",
  license: "MIT",
  type: "module",
  sideEffects: false,
  engines: { node: ">=20.19" },
  exports: {
    ".": { "@larder/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./package.json": "./package.json",
  },
  files: ["dist", "src", "!src/**/*.test.ts", "CONTRACT.md"],
  peerDependencies: { "@larder/core": "workspace:^" },
  publishConfig: { access: "public", provenance: true },
  repository: { type: "git", url: "git+https://example.org/larder.git", directory: "packages/locmem" },
}

const readme = [
  "# @larder/locmem\n\nA summary.",
  ...["Install", "Use", "Options", "Behaviour", "Errors", "Versions"].map((heading) => `\n## ${heading}\n`),
  ..."x".repeat(70),
].join("\n")

const tree = {
  LICENSE: "MIT\n",
  "package.json": { name: "larder", engines: { node: ">=20.19" } },
  "packages/locmem/package.json": manifest,
  "packages/locmem/README.md": readme,
  "packages/locmem/src/index.ts": 'export { LocmemBackend } from "./locmem-backend.js"\n',
  "packages/locmem/src/locmem-backend.ts": "export class LocmemBackend {}\n",
  "packages/locmem/test/conformance.test.ts": "",
}

/** @param {Record<string, string | object>} [changes] */
const check = (changes) => checkPackageShapes(temporaryTree({ ...tree, ...changes }))

/** @param {Record<string, unknown>} changes */
const checkManifest = (changes) => check({ "packages/locmem/package.json": { ...manifest, ...changes } })

describe("checkPackageShapes", () => {
  it("accepts a package of the right shape", () => {
    expect(check()).toEqual([])
  })

  it("ignores private packages", () => {
    expect(check({ "packages/locmem/package.json": { name: "x", private: true } })).toEqual([])
  })

  it.each([
    ["name", "@larder/memory"],
    ["homepage", "https://example.org/larder#readme"],
    ["bugs", undefined],
    ["license", "ISC"],
    ["type", "commonjs"],
    ["sideEffects", undefined],
    ["engines", { node: ">=18" }],
    ["publishConfig", { access: "public" }],
    ["files", ["dist"]],
    ["version", "0.9.0"],
    ["version", undefined],
    ["description", ""],
  ])("finds a wrong %s: %j", (field, value) => {
    expect(checkManifest({ [field]: value })[0]).toMatch(`packages/locmem/package.json: ${field} is `)
  })

  it("finds the folder of another package in repository", () => {
    expect(checkManifest({ repository: { ...manifest.repository, directory: "packages/core" } })).toEqual([
      'packages/locmem/package.json: repository.directory is "packages/core", not "packages/locmem"',
    ])
  })

  it("finds conditions in an order that hides the types", () => {
    const { "@larder/source": source, types, default: program } = manifest.exports["."]
    const entry = { "@larder/source": source, default: program, types }
    expect(checkManifest({ exports: { ...manifest.exports, ".": entry } })[0]).toContain('exports["."] is ')
  })

  it("finds an entry with files of different modules", () => {
    const entry = { ...manifest.exports["."], types: "./dist/other.d.ts" }
    expect(checkManifest({ exports: { ...manifest.exports, ".": entry } })).toHaveLength(1)
  })

  it("finds an entry whose source is missing", () => {
    const entry = { "@larder/source": "./src/a.ts", types: "./dist/a.d.ts", default: "./dist/a.js" }
    expect(checkManifest({ exports: { ...manifest.exports, "./a": entry } })).toEqual([
      "packages/locmem/package.json: exports name ./src/a.ts, which is not there",
    ])
  })

  it("finds exports without the package.json or the package itself", () => {
    expect(checkManifest({ exports: {} })).toEqual([
      'packages/locmem/package.json: exports must name "./package.json"',
      'packages/locmem/package.json: exports must have "."',
    ])
  })

  it("finds a package with a different license", () => {
    expect(check({ "packages/locmem/LICENSE": "MIT\n" })).toEqual([])
    expect(check({ "packages/locmem/LICENSE": "ISC\n" })).toEqual([
      "packages/locmem/LICENSE: differs from the one of the root",
    ])
  })

  it("finds a backend without its conformance test", () => {
    const { "packages/locmem/test/conformance.test.ts": _, ...rest } = tree
    expect(checkPackageShapes(temporaryTree(rest))).toEqual([
      "packages/locmem/test/conformance.test.ts: is missing, and LocmemBackend has to pass the suite",
    ])
  })

  it("finds a package without a README", () => {
    const { "packages/locmem/README.md": _, ...rest } = tree
    expect(checkPackageShapes(temporaryTree(rest))).toEqual(["packages/locmem: has no README.md"])
  })
})
