import { describe, expect, it } from "vitest"
import { checkLayers } from "./layers.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

const workspace = {
  "package.json": { name: "larder", devDependencies: { vitest: "1" } },
  "packages/core/package.json": { name: "@larder/core" },
  "packages/locmem/package.json": {
    name: "@larder/locmem",
    peerDependencies: { "@larder/core": "1" },
    devDependencies: { "@larder/conformance": "1", "fast-check": "1" },
  },
  "packages/http/package.json": {
    name: "@larder/http",
    dependencies: { "@larder/core": "1", "@larder/locmem": "1", hono: "1" },
  },
  "packages/conformance/package.json": { name: "@larder/conformance", peerDependencies: { "@larder/core": "1" } },
  "examples/portal/package.json": { name: "portal", dependencies: { "@larder/locmem": "1" } },
}

/** @param {Record<string, string>} files */
const check = (files) => checkLayers(temporaryTree({ ...workspace, ...files }))

describe("checkLayers", () => {
  it("accepts a backend that imports the types of core, its own files and Node", () => {
    const source =
      'import { a } from "node:fs"\nimport type { Backend } from "@larder/core"\nexport * from "./entry.js"'
    expect(check({ "packages/locmem/src/index.ts": source })).toEqual([])
  })

  it("finds a backend that loads core at run time", () => {
    expect(check({ "packages/locmem/src/index.ts": '\nimport { Cache } from "@larder/core"' })).toEqual([
      "packages/locmem/src/index.ts:2: import of @larder/core: a backend sees only the types of @larder/core: `import type`",
    ])
  })

  it("finds inline type imports of a backend, because they load core as well", () => {
    expect(check({ "packages/locmem/src/index.ts": 'import { type Cache } from "@larder/core"' })).toHaveLength(1)
  })

  it("accepts upper layers that load core and its subpaths", () => {
    expect(check({ "packages/http/src/index.ts": 'import { a } from "@larder/core/url"' })).toEqual([])
  })

  it("finds an upper layer that imports a backend", () => {
    expect(check({ "packages/http/src/index.ts": 'import type { LocmemBackend } from "@larder/locmem"' })).toEqual([
      "packages/http/src/index.ts:1: import of @larder/locmem: packages see no other package than @larder/core",
    ])
  })

  it("finds imports of the workspace in core, also of types", () => {
    expect(check({ "packages/core/src/a.ts": 'import type { A } from "@larder/locmem"' })).toEqual([
      "packages/core/src/a.ts:1: import of @larder/locmem: is not declared",
      "packages/core/src/a.ts:1: import of @larder/locmem: this package stands alone",
    ])
  })

  it("finds a path to another package, also in tests", () => {
    const reach = 'import { a } from "../../core/src/keys.js"'
    expect(check({ "packages/locmem/test/a.test.ts": reach, "examples/portal/src/b.ts": reach })).toEqual([
      "packages/locmem/test/a.test.ts:1: import of ../../core/src/keys.js: reaches outside its package",
      "examples/portal/src/b.ts:1: import of ../../core/src/keys.js: reaches outside its package",
    ])
  })

  it("accepts tests that import the source of their own package", () => {
    expect(check({ "packages/locmem/test/a.test.ts": 'import { a } from "../src/index.js"' })).toEqual([])
  })

  it("finds an undeclared dependency", () => {
    expect(check({ "examples/portal/src/a.ts": 'import { a } from "liquidjs"' })).toEqual([
      "examples/portal/src/a.ts:1: import of liquidjs: is not declared",
    ])
  })

  it("accepts development dependencies in tests, but not in published files", () => {
    const code = 'import { it } from "vitest"\nimport fc from "fast-check"'
    expect(check({ "packages/locmem/src/a.test.ts": code, "packages/locmem/test/b.ts": code })).toEqual([])
    expect(check({ "packages/locmem/src/a.ts": code })).toEqual([
      "packages/locmem/src/a.ts:1: import of vitest: is not declared",
      "packages/locmem/src/a.ts:2: import of fast-check: is not declared",
    ])
  })

  it("holds the template of a package to its own manifest, as a backend", () => {
    const manifest = { name: "larder-mine", peerDependencies: { "@larder/core": "1" }, devDependencies: { probe: "1" } }
    const check = (/** @type {string} */ path, /** @type {string} */ code) =>
      checkLayers(
        temporaryTree({
          ...workspace,
          "packages/create-larder-backend/package.json": { name: "create-larder-backend" },
          "packages/create-larder-backend/template/manifest.json": manifest,
          [`packages/create-larder-backend/template/${path}`]: code,
        }),
      ).map((finding) => finding.slice(finding.indexOf("import")))
    expect(check("src/index.ts", 'import type { Backend } from "@larder/core"')).toEqual([])
    expect(check("src/index.test.ts", 'import { a } from "probe"')).toEqual([])
    expect(check("src/index.ts", 'import { a } from "probe"')).toEqual(["import of probe: is not declared"])
    expect(check("src/index.ts", 'import { Cache } from "@larder/core"')).toEqual([
      "import of @larder/core: a backend sees only the types of @larder/core: `import type`",
    ])
  })

  it("requires a layer for a new package", () => {
    const manifest = JSON.stringify({ name: "@larder/novel" })
    expect(check({ "packages/novel/package.json": manifest })).toEqual([
      "packages/novel: has no layer yet; give it one in tooling/repository/layers.mjs",
    ])
  })
})
