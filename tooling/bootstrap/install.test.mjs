import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { headersOf } from "./install.mjs"

/** @type {string} */
let folder

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "larder-headers-"))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
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
