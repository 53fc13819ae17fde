import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { findChromium } from "./chromium.mjs"

/** @type {string} */
let folder

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "larder-chromium-"))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** @param {string} name */
function program(name, mode = 0o755) {
  const path = join(folder, name)
  writeFileSync(path, "")
  chmodSync(path, mode)
  return path
}

describe("findChromium", () => {
  it("prefers CHROMIUM_PATH to the PATH", () => {
    program("chromium")
    const chosen = program("my-browser")
    expect(findChromium({ CHROMIUM_PATH: chosen, PATH: folder })).toBe(chosen)
  })

  it("rejects a CHROMIUM_PATH that is not a program, and names the remedy", () => {
    const environment = { CHROMIUM_PATH: join(folder, "nowhere"), PATH: folder }
    expect(() => findChromium(environment)).toThrow(/CHROMIUM_PATH is ".*nowhere", where no program is\. Install it/)
  })

  it("rejects a CHROMIUM_PATH that is a folder", () => {
    expect(() => findChromium({ CHROMIUM_PATH: folder })).toThrow("where no program is")
  })

  it("finds Chrome if there is no Chromium", () => {
    const chrome = program("google-chrome")
    expect(findChromium({ PATH: ["", join(folder, "empty"), folder].join(delimiter) })).toBe(chrome)
  })

  it("prefers Chromium to Chrome, whatever their order on the PATH", () => {
    program("google-chrome")
    mkdirSync(join(folder, "later"))
    const chromium = program("later/chromium")
    expect(findChromium({ PATH: [folder, join(folder, "later")].join(delimiter) })).toBe(chromium)
  })

  it("ignores a file that is not executable", () => {
    program("chromium", 0o644)
    expect(findChromium({ PATH: folder })).toBeUndefined()
  })

  it("finds nothing on an empty PATH", () => {
    expect(findChromium({ PATH: "" })).toBeUndefined()
  })
})
