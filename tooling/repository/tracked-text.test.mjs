import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { temporaryTree } from "./temporary-tree.mjs"
import { checkText, checkTrackedText } from "./tracked-text.mjs"

// Concatenated, so that this file passes the check itself.
const folder = (/** @type {string} */ name) => ["", name].join("/")
const host = ["registry", "npmjs", "org"].join(".")

describe("checkText", () => {
  it.each([
    `const path = "${folder("tmp")}/cache"`,
    `cd ${folder("work")}`,
    `${folder("root")}/.npmrc`,
    `(see ${folder("tmp")})`,
    `DIR=${folder("tmp")}/x`,
    `file://${folder("work")}/main`,
  ])("finds the machine path in %s", (line) => {
    expect(checkText("a.ts", `first\n${line}`)).toEqual([
      `a.ts:2: names a folder of one machine; temporary ones come from os.tmpdir(): ${line}`,
    ])
  })

  it.each([`https://${host}/left-pad`, `${host}:443`])("finds the registry in %s", (line) => {
    expect(checkText("a.md", line)).toEqual([`a.md:1: names a registry; everybody has their own: ${line}`])
  })

  it.each([
    "src/root/a.ts",
    `news${folder("work")}`,
    `${folder("workers")}`,
    `${folder("root-cause")}`,
    "registry.get(name)",
    "the npm registry. Then",
  ])("accepts %s", (line) => {
    expect(checkText("a.md", line)).toEqual([])
  })
})

describe("checkTrackedText", () => {
  it("reads files that git tracks or would add, except ignored and binary ones", () => {
    const bad = `see ${folder("tmp")}/x\n`
    const root = temporaryTree({
      ".gitignore": "ignored/\n",
      "tracked.md": bad,
      "fresh/new.md": bad,
      "ignored/a.md": bad,
      "picture.png": `\0${bad}`,
    })
    execFileSync("git", ["init", "--quiet"], { cwd: root })
    execFileSync("git", ["add", "tracked.md"], { cwd: root })
    const places = checkTrackedText(root).map((finding) => finding.split(": ")[0])
    expect(places.sort()).toEqual(["fresh/new.md:1", "tracked.md:1"])
  })
})
