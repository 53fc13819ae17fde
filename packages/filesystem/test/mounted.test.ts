import { spawn, spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { describe, expect, it, onTestFinished } from "vitest"
import { outputOf } from "./child-process.js"
import { temporaryDirectory } from "./temporary-directory.js"

// A mount namespace of its own: whatever happens, nothing stays mounted.
const unshare = process.getuid?.() === 0 ? ["--mount"] : ["--user", "--map-root-user", "--mount"]

function mayMount(): boolean {
  const mount = `mount -t tmpfs -o size=64k tmpfs "$0"`
  return spawnSync("unshare", [...unshare, "sh", "-c", mount, tmpdir()], { stdio: "ignore" }).status === 0
}

describe("a file system", () => {
  it("that is full or read-only fails writes with the reason and what to do, and keeps what it holds", async (context) => {
    // directory-errors.test.ts tries such errors everywhere.
    context.skip(!mayMount(), "processes may not mount here, or it is not Linux")
    const directory = temporaryDirectory()
    const script = fileURLToPath(new URL("mounted-child.mjs", import.meta.url))
    const child = spawn("unshare", [...unshare, process.execPath, script, directory], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    onTestFinished(() => void child.kill("SIGKILL"))
    const told = JSON.parse(await outputOf(child))
    const noSpace = {
      name: "FilesystemError",
      code: "ENOSPC",
      path: expect.stringContaining(directory),
      message: expect.stringContaining("Free some space"),
      isRefusal: true,
    }
    const readOnly = {
      name: "FilesystemError",
      code: "EROFS",
      path: expect.stringContaining(directory),
      message: expect.stringContaining("mounted read-only: choose another directory"),
      isRefusal: true,
    }
    expect(told.full).toMatchObject(noSpace)
    expect(told.large).toMatchObject(noSpace)
    expect(told.afterFull).toEqual({ key: "old", filler: 20_000 })
    expect(told.leftovers).toEqual([])
    expect(told.again).toBeNull()
    // The key takes the room of one of them.
    expect(told.countAfterReplacing).toBeGreaterThanOrEqual(told.count - 2)
    expect(told.lateCalls).toMatchObject({ set: noSpace, delete: true, deleteAgain: false, clear: null })
    expect(told.lateCalls.stats).toMatchObject({ entries: 1 })
    expect(told.expired).toMatchObject({ first: noSpace, second: null })
    expect(told.readOnly).toMatchObject({ set: readOnly, add: readOnly, delete: readOnly, ping: readOnly, get: null })
    expect(told.last).toBe("last")
  })
})
