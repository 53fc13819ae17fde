import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { headersOf, installMissingTools } from "./install.mjs"

/** @type {string} */
let folder

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "larder-headers-"))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe("installMissingTools", () => {
  it("installs only where turbo is missing", async () => {
    let installs = 0
    const install = async () => {
      installs += 1
    }
    await installMissingTools(folder, install)
    expect(installs).toBe(1)
    mkdirSync(join(folder, "node_modules/turbo"), { recursive: true })
    await installMissingTools(folder, install)
    expect(installs).toBe(1)
  })
})

describe("headersOf", () => {
  it("returns the folder of a Node with headers", () => {
    mkdirSync(join(folder, "include/node"), { recursive: true })
    writeFileSync(join(folder, "include/node/node.h"), "")
    expect(headersOf(join(folder, "bin/node"))).toEqual({ npm_config_nodedir: folder })
  })

  it("returns nothing for a Node without headers", () => {
    expect(headersOf(join(folder, "bin/node"))).toEqual({})
  })
})
