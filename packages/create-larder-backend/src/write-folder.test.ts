import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { writeFolder } from "./write-folder.js"

const files = new Map([
  ["package.json", "{}"],
  ["src/index.ts", "export {}"],
])

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), "larder write-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

describe("writeFolder", () => {
  it("writes the files and nothing else", () => {
    const directory = place()
    writeFolder(join(directory, "new"), files)
    expect(readFileSync(join(directory, "new/src/index.ts"), "utf8")).toBe("export {}")
    expect(readdirSync(directory)).toEqual(["new"])
    expect(readdirSync(join(directory, "new")).sort()).toEqual(["package.json", "src"])
  })

  it("takes the place of an empty folder", () => {
    const directory = place()
    mkdirSync(join(directory, "new"))
    writeFolder(join(directory, "new"), files)
    expect(readdirSync(join(directory, "new"))).toContain("package.json")
  })

  it("does not change a folder with files, even hidden ones", () => {
    const directory = place()
    const folder = join(directory, "new")
    mkdirSync(folder)
    writeFileSync(join(folder, ".env"), "mine")
    expect(() => writeFolder(folder, files)).toThrow(`${folder} already exists and is not an empty folder`)
    expect(readdirSync(folder)).toEqual([".env"])
    expect(readdirSync(directory)).toEqual(["new"])
  })

  it("does not replace a file", () => {
    const directory = place()
    const path = join(directory, "new")
    writeFileSync(path, "mine")
    expect(() => writeFolder(path, files)).toThrow(Error)
    expect(readFileSync(path, "utf8")).toBe("mine")
    expect(readdirSync(directory)).toEqual(["new"])
  })

  it("leaves nothing behind if a file cannot be written", () => {
    const directory = place()
    // `package.json` would have to be both a file and a folder.
    const impossible = new Map([...files, ["package.json/src", ""]])
    expect(() => writeFolder(join(directory, "new"), impossible)).toThrow(/package\.json/)
    expect(readdirSync(directory)).toEqual([])
  })
})
