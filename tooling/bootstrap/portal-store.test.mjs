import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { backendFromUrl } from "@larder/core/url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { filtersOf, linkEngine, linkStore, portalStoreOf } from "./portal-store.mjs"
import { repositoryRoot } from "./repository-root.mjs"

describe("portalStoreOf", () => {
  it("has every scheme of core for which the portal needs packages", async () => {
    const refusal = await backendFromUrl("unknown:").catch((error) => error.message)
    const schemes = /Schemes: (.*)$/.exec(refusal)?.[1]?.split(", ") ?? []
    expect(schemes).toContain("redis")
    const without = schemes.filter((scheme) => portalStoreOf(`${scheme}://host`) === undefined)
    expect(without).toEqual(["dummy", "file", "locmem"])
  })

  it("includes the client of a database, unless Node has it built in", () => {
    expect(portalStoreOf("postgres://host/news")).toEqual({ backend: "packages/database", driver: "pg" })
    expect(portalStoreOf("MySQL://host/news")).toEqual({ backend: "packages/database", driver: "mysql2" })
    expect(portalStoreOf("sqlite:./cache.db", false)?.driver).toBe("better-sqlite3")
    expect(portalStoreOf("sqlite:./cache.db", true)).toEqual({ backend: "packages/database" })
  })

  it("ignores anything that is not the URL of a store", () => {
    for (const url of [undefined, "", "cache", "nonsense://host", "constructor:x"]) {
      expect(portalStoreOf(url)).toBeUndefined()
    }
  })

  it("uses existing packages, and the tested version of each driver", () => {
    for (const url of ["redis://h", "memcached://h", "postgres://h/d", "mysql://h/d", "sqlite:d"]) {
      const store = portalStoreOf(url, false)
      const folders = filtersOf(store).filter((word) => word !== "--filter-prod")
      for (const folder of folders) {
        const path = join(repositoryRoot, folder.replace("...", ""), "package.json")
        const { dependencies = {} } = JSON.parse(readFileSync(path, "utf8"))
        if (folder.includes("driver-")) expect(dependencies).toEqual({ [store?.driver ?? ""]: "catalog:" })
      }
    }
  })
})

describe("linkStore and linkEngine", () => {
  /** @type {string} */
  let root

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "larder-store-")))
    for (const folder of [
      "packages/database",
      "tooling/driver-pg/node_modules/pg",
      "examples/news-portal/node_modules/liquidjs",
    ]) {
      mkdirSync(join(root, folder), { recursive: true })
    }
  })

  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  it("links the backend for the portal, and the driver for the backend", () => {
    const backend = join(root, "examples/news-portal/node_modules/@larder/database")
    mkdirSync(join(backend, ".."), { recursive: true })
    symlinkSync(join(root, "gone"), backend)
    for (let time = 0; time < 2; time++) linkStore({ backend: "packages/database", driver: "pg" }, root)
    expect(realpathSync(backend)).toBe(join(root, "packages/database"))
    expect(realpathSync(join(root, "packages/database/node_modules/pg"))).toBe(
      join(root, "tooling/driver-pg/node_modules/pg"),
    )
  })

  it("links the template engine of the portal for the fragments", () => {
    for (let time = 0; time < 2; time++) linkEngine(root)
    expect(realpathSync(join(root, "packages/fragments/node_modules/liquidjs"))).toBe(
      join(root, "examples/news-portal/node_modules/liquidjs"),
    )
  })
})
