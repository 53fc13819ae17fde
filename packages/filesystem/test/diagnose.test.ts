import { chmodSync } from "node:fs"
import { statfs } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { FilesystemBackend } from "../src/index.js"
import { temporaryDirectory } from "./temporary-directory.js"

describe("the diagnosis of a directory", () => {
  it("finds nothing if it is private and has room", async () => {
    expect(await new FilesystemBackend({ directory: temporaryDirectory(), maxBytes: 1 }).diagnose()).toEqual([])
  })

  it("finds that every user can write to it", async () => {
    const directory = temporaryDirectory()
    chmodSync(directory, 0o757)
    expect(await new FilesystemBackend({ directory, maxBytes: 1 }).diagnose()).toEqual([
      {
        severity: "warning",
        code: "permissions",
        found: `Every user of this machine can write to ${directory} (mode 757).`,
        why: expect.any(String),
        advice: `Restrict it to the users who need it: chmod o-w ${directory}`,
      },
    ])
  })

  it("finds a disk that will be full before the cache is, unless the cache has no limit in bytes", async () => {
    const directory = temporaryDirectory()
    const findings = await new FilesystemBackend({ directory, maxBytes: 2 ** 52 }).diagnose()
    expect(findings).toMatchObject([
      {
        severity: "warning",
        code: "disk-space",
        found: expect.stringMatching(
          / has [\d,]+ MiB left, but the cache may grow by 4,294,967,296 MiB \(maxBytes\)\.$/,
        ),
      },
    ])
    const uncounted = new FilesystemBackend({ directory, maxBytes: Number.POSITIVE_INFINITY })
    expect(await uncounted.diagnose()).toEqual([])
  })

  it("finds a disk with fewer inodes than the cache may have entries, if their number is fixed", async () => {
    const directory = temporaryDirectory()
    await new FilesystemBackend({ directory }).set("key", Buffer.from("value"))
    const limits = { maxBytes: Number.POSITIVE_INFINITY, maxEntries: 2 ** 52 }
    const findings = await new FilesystemBackend({ directory, ...limits }).diagnose()
    const found = / has [\d,]+ inodes left, but the cache may grow by 4,503,599,627,370,495 files \(maxEntries\)\.$/
    const few = { severity: "warning", code: "disk-space", found: expect.stringMatching(found) }
    expect(findings).toMatchObject((await statfs(directory)).files > 0 ? [few] : [])
  })

  it("subtracts what the cache takes already", async () => {
    const directory = temporaryDirectory()
    await new FilesystemBackend({ directory }).set("key", Buffer.alloc(2 ** 21))
    const [finding] = await new FilesystemBackend({ directory, maxBytes: 2 ** 52 }).diagnose()
    expect(finding?.found).toContain("may grow by 4,294,967,293 MiB")
  })

  it("rejects like other calls if the directory cannot be used", async () => {
    const backend = new FilesystemBackend({ directory: "/dev/null/cache" })
    await expect(backend.diagnose()).rejects.toMatchObject({ name: "FilesystemError" })
  })
})
