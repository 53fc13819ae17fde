import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { MixedDisk } from "../src/disk.js"
import { encodeEntry } from "../src/entry-file.js"
import { EntryFiles } from "../src/entry-files.js"
import { FanOut } from "../src/fan-out.js"
import { FilesystemError } from "../src/index.js"
import { backendOn, bytes, text } from "./backend-on.js"
import { outputOf, startScript } from "./child-process.js"
import { filesIn } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

describe.each(["mixed", "async"] as const)("with io %j", (io) => {
  it.each(["", "below"])("a file where the directory should be is named by every method (%j)", async (below) => {
    const file = join(temporaryDirectory(), "file")
    writeFileSync(file, "mine")
    const backend = backendOn(join(file, below), { io })
    const calls: Record<string, () => Promise<unknown>> = {
      get: () => backend.get("key"),
      getMany: () => backend.getMany(["key"]),
      set: () => backend.set("key", bytes("1")),
      setMany: () => backend.setMany([{ key: "key", value: bytes("1") }]),
      add: () => backend.add("key", bytes("1")),
      touch: () => backend.touch("key"),
      incr: () => backend.incr("key", 1),
      delete: () => backend.delete("key"),
      deleteIfEqual: () => backend.deleteIfEqual("key", bytes("1")),
      replaceIfEqual: () => backend.replaceIfEqual("key", bytes("1"), bytes("2")),
      ttl: () => backend.ttl("key"),
      clear: () => backend.clear(""),
      keys: () => backend.keys("").next(),
      prune: () => backend.prune(),
      stats: () => backend.stats(),
      ping: () => backend.ping(),
    }
    for (const [method, call] of Object.entries(calls)) {
      const error = await call().then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(error, method).toBeInstanceOf(FilesystemError)
      expect(error, method).toMatchObject({ code: "ENOTDIR" })
      expect((error as FilesystemError).path, method).toContain(file)
      expect((error as Error).message, method).toContain("choose another directory")
    }
  })
})

describe("a symbolic link that leads nowhere", () => {
  it("is named by writes in good time, and used from when it leads somewhere", async () => {
    const parent = temporaryDirectory()
    const [link, target] = [join(parent, "link"), join(parent, "unmounted")]
    symlinkSync(target, link)
    const backend = backendOn(link)
    const started = performance.now()
    const calls = [
      () => backend.set("key", bytes("1")),
      () => backend.add("other", bytes("1")),
      () => backend.setMany([{ key: "key", value: bytes("1") }]),
      () => backend.ping(),
    ]
    for (const call of calls) {
      const error = await call().catch((error: unknown) => error)
      expect(error).toBeInstanceOf(FilesystemError)
      expect(error).toMatchObject({ code: "ENOENT" })
      expect((error as Error).message).toContain("look for a symbolic link that leads nowhere")
    }
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(await backend.get("key")).toBeUndefined()
    mkdirSync(target)
    await backend.set("key", bytes("1"))
    expect(text(await backend.get("key"))).toBe("1")
  })
})

describe("a user without permissions", () => {
  it("is told where they are missing, and can do without those that a write does not need", async () => {
    const parent = temporaryDirectory()
    const [locked, own] = [join(parent, "locked"), join(parent, "own")]
    chmodSync(parent, 0o755)
    mkdirSync(locked)
    mkdirSync(own)
    // Permissions do not bind root.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    if (nobody.uid !== undefined) chownSync(own, nobody.uid, nobody.gid)
    chmodSync(locked, 0)
    const answer = await outputOf(startScript("unprivileged-child.mjs", [locked, own], nobody)).finally(() =>
      chmodSync(locked, 0o700),
    )
    const { errors, unlisted } = JSON.parse(answer)
    for (const [call, error] of Object.entries<FilesystemError>(errors)) {
      expect(error, call).toMatchObject({ name: "FilesystemError", code: "EACCES" })
      expect(error.path, call).toContain(locked)
      expect(error.message, call).toContain("Give the user of this process")
    }
    expect(unlisted).toMatchObject({ overwrite: null, add: null, read: null, prune: { code: "EACCES" } })
  })
})

describe("a disk that is full", () => {
  class FillingDisk extends MixedDisk {
    full = false

    // Where network file systems say it.
    override close(descriptor: number): void {
      super.close(descriptor)
      if (this.full) throw Object.assign(new Error("ENOSPC: no space left on device, close"), { code: "ENOSPC" })
    }
  }

  it("fails the write with the cause and what to do, and leaves the old entry and nothing else", async () => {
    const directory = temporaryDirectory()
    const disk = new FillingDisk()
    const files = new EntryFiles(new FanOut(directory, disk), disk)
    const place = files.fanOut.locate("key")
    await files.replace(place, async () => encodeEntry("key", bytes("old"), 0))
    const before = filesIn(directory)
    disk.full = true
    const error = await files.replace(place, async () => encodeEntry("key", bytes("new"), 0)).catch((error) => error)
    expect(error).toBeInstanceOf(FilesystemError)
    expect(error).toMatchObject({ code: "ENOSPC", cause: { code: "ENOSPC" } })
    expect(error.message).toMatch(new RegExp(`${directory}.*no space left.*Free some space`))
    expect(filesIn(directory)).toEqual(before)
    disk.full = false
    await files.replace(place, async () => encodeEntry("key", bytes("new"), 0))
    expect(Buffer.from((await files.read(place))?.bytes ?? []).toString()).toContain("new")
    await files.close()
    expect(existsSync(place.path)).toBe(true)
    expect(filesIn(directory)).toHaveLength(1)
  })

  it("does not prevent removals, not even by a process that has no file of its own yet", async () => {
    const directory = temporaryDirectory()
    const disk = new FillingDisk()
    const files = () => new EntryFiles(new FanOut(directory, disk), disk)
    const [place, other] = [files().fanOut.locate("key"), files().fanOut.locate("other")]
    const early = files()
    for (const each of [place, other]) await early.replace(each, async () => encodeEntry("key", bytes("old"), 0))
    await early.close()
    disk.full = true
    expect(await files().remove(place, async () => false)).toBe(false)
    expect(await files().remove(place, async () => true)).toBe(true)
    expect(await files().removeIfIdle(other, async () => true)).toBe(true)
    expect(await files().remove(place, async () => true)).toBe(false)
    expect(filesIn(directory)).toEqual([])
  })

  it("is what fails a removal where there are no links, either", async () => {
    class WithoutLinks extends FillingDisk {
      override link(): void {
        throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" })
      }
    }
    const disk = new WithoutLinks()
    const files = new EntryFiles(new FanOut(temporaryDirectory(), disk), disk)
    const place = files.fanOut.locate("key")
    await files.replace(place, async () => encodeEntry("key", bytes("old"), 0))
    disk.full = true
    await expect(files.remove(place, async () => true)).rejects.toMatchObject({ code: "ENOSPC" })
    disk.full = false
    expect(await files.remove(place, async () => true)).toBe(true)
    await files.close()
  })
})
