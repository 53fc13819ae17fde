import { execFileSync } from "node:child_process"
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { FilesystemError } from "../src/index.js"
import { backendOn, bytes, text } from "./backend-on.js"
import { filesIn, keysInOneDirectory, pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

describe.each(["mixed", "async"] as const)("with io %j", (io) => {
  it("files and directories of others are left alone by clear, prune and culls, and are no entries", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io, maxEntries: 1 })
    const [key = ""] = keysInOneDirectory(1)
    const shard = dirname(pathOf(directory, key))
    mkdirSync(join(shard, "f".repeat(62)), { recursive: true })
    mkdirSync(join(directory, "news"))
    const foreign = [
      join(directory, "README"),
      join(directory, "news", "article"),
      join(shard, "notes.txt"),
      join(shard, "a".repeat(61)),
      join(shard, `${"A".repeat(62)}`),
      join(shard, `${"a".repeat(62)}.txt`),
      join(shard, "f".repeat(62), "inside"),
    ]
    for (const path of foreign) writeFileSync(path, "mine")
    await backend.set(key, bytes("value"))
    expect(await backend.stats()).toMatchObject({ entries: 1 })
    for (let round = 0; round < 50; round += 1) await backend.set(`${key} ${round}`, bytes("value"))
    await backend.prune()
    await backend.clear("")
    await backend.close()
    expect(await backend.stats()).toEqual({ entries: 0, bytes: 0 })
    expect(filesIn(directory)).toEqual(foreign.map((path) => path.slice(directory.length + 1)).sort())
  })

  it("a directory with the name of an entry takes no entry's place", async () => {
    // Every write is followed by a cull.
    const random = vi.spyOn(Math, "random").mockReturnValue(0.999)
    onTestFinished(() => random.mockRestore())
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io, maxEntries: 1 })
    mkdirSync(join(dirname(pathOf(directory, "key")), "f".repeat(62)), { recursive: true })
    await backend.set("key", bytes("value"))
    await backend.close()
    expect(text(await backend.get("key"))).toBe("value")
  })

  it("a symbolic link in the place of an entry is a miss, and a write replaces the link, not what it points to", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    await backend.set("key", bytes("first"))
    const file = pathOf(directory, "key")
    const target = join(directory, "target")
    renameSync(file, target)
    symlinkSync(target, file)
    const before = readFileSync(target)
    expect(await backend.get("key")).toBeUndefined()
    expect(await backend.delete("key")).toBe(false)
    await backend.prune()
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    await backend.set("key", bytes("second"))
    expect(lstatSync(file).isFile()).toBe(true)
    expect(text(await backend.get("key"))).toBe("second")
    expect(readFileSync(target)).toEqual(before)
  })

  it("a symbolic link in the place of a fan-out directory is refused, and nothing behind it is touched", async () => {
    const directory = temporaryDirectory()
    const elsewhere = temporaryDirectory()
    const key = "key"
    const shard = dirname(pathOf(directory, key))
    await backendOn(elsewhere).set(key, bytes("theirs"))
    symlinkSync(dirname(pathOf(elsewhere, key)), shard)
    const before = filesIn(elsewhere)
    const backend = backendOn(directory, { io })
    const calls: (() => Promise<unknown>)[] = [
      () => backend.get(key),
      () => backend.set(key, bytes("mine")),
      () => backend.delete(key),
      () => backend.incr(key, 1),
    ]
    for (const call of calls) {
      const error = await call().catch((error: unknown) => error)
      expect(error).toBeInstanceOf(FilesystemError)
      expect(error).toMatchObject({ code: "ENOTDIR", path: shard })
      expect((error as Error).message).toMatch(/symbolic link.*remove it/)
    }
    await backend.clear("")
    await backend.prune()
    await backend.close()
    expect(filesIn(elsewhere)).toEqual(before)
  })

  it("a directory in the place of an entry is a miss, and an error for whoever writes", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    const file = pathOf(directory, "key")
    mkdirSync(join(file, "full"), { recursive: true })
    expect(await backend.get("key")).toBeUndefined()
    await expect(backend.set("key", bytes("value"))).rejects.toThrow(file)
    await backend.close()
    expect(filesIn(dirname(file))).toEqual([])
    expect(existsSync(join(file, "full"))).toBe(true)
  })

  it("a named pipe in the place of an entry is a miss, and holds nobody up", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    const file = pathOf(directory, "key")
    mkdirSync(dirname(file), { recursive: true })
    execFileSync("mkfifo", [file])
    expect(await backend.get("key")).toBeUndefined()
    await backend.prune()
    await backend.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
  })
})
