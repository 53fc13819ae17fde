import { mkdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { makeDirectory } from "../src/make-directory.js"
import { temporaryDirectory } from "./temporary-directory.js"

describe("making a directory", () => {
  it("makes those above it, and leaves those alone that are there", async () => {
    const top = join(temporaryDirectory(), "top")
    mkdirSync(top, 0o755)
    const path = join(top, "a", "b")
    await makeDirectory(path)
    await makeDirectory(path)
    expect([top, join(top, "a"), path].map((path) => statSync(path).mode & 0o777)).toEqual([0o755, 0o700, 0o700])
  })

  it("may be asked for many times at once", async () => {
    const path = join(temporaryDirectory(), "a", "b", "c")
    await Promise.all(Array.from({ length: 20 }, () => makeDirectory(path)))
    expect(statSync(path).isDirectory()).toBe(true)
  })

  it("fails with the reason of the directory that cannot be made", async () => {
    const file = join(temporaryDirectory(), "file")
    writeFileSync(file, "mine")
    await expect(makeDirectory(join(file, "a", "b"))).rejects.toMatchObject({ code: "ENOTDIR" })
  })
})
