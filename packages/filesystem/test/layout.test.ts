import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { FilesystemBackend } from "../src/index.js"
import { backendOn, bytes, text } from "./backend-on.js"
import { filesIn, pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

describe("the directory of a filesystem backend", () => {
  it("is not made before the first entry, nor by reading, and then with everything above it", async () => {
    const directory = join(temporaryDirectory(), "a", "b")
    const backend = backendOn(directory)
    expect(await backend.get("key")).toBeUndefined()
    expect(await backend.delete("key")).toBe(false)
    expect(await backend.touch("key")).toBe(false)
    expect(await backend.incr("key", 1)).toBeUndefined()
    expect(await backend.stats()).toEqual({ entries: 0, bytes: 0 })
    expect(await backend.prune()).toBe(0)
    await backend.clear("")
    expect(readdirSync(join(directory, "..", ".."))).toEqual([])
    await backend.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
  })

  it("holds one file for each entry, named by the SHA-256 of its key, and nothing else once it is closed", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory)
    const keys = ["../up", "a/b", "A/B", "清", "", "k".repeat(10_000)]
    for (const key of keys) await backend.set(key, bytes(key))
    await backend.incr("none", 1)
    await backend.add("a/b", bytes("no"))
    await backend.set("short", bytes("lived"))
    await backend.delete("short")
    await backend.close()
    expect(filesIn(directory)).toEqual(keys.map((key) => pathOf("", key)).sort())
  })

  it("and what is in it are for their owner only, also where the umask allows more", async () => {
    const directory = join(temporaryDirectory(), "a", "b")
    const before = process.umask(0)
    try {
      await backendOn(directory).set("key", bytes("value"))
    } finally {
      process.umask(before)
    }
    const file = pathOf(directory, "key")
    const modes = [join(directory, ".."), directory, join(file, ".."), file].map((path) => statSync(path).mode & 0o777)
    expect(modes).toEqual([0o700, 0o700, 0o700, 0o600])
  })

  it("is named by the location, without links, also before it is there", () => {
    const real = realpathSync(temporaryDirectory())
    mkdirSync(join(real, "there"))
    symlinkSync(join(real, "there"), join(real, "link"))
    const locationOf = (path: string) => new FilesystemBackend({ directory: join(real, path) }).location
    expect(locationOf("link")).toBe(`file:${real}/there`)
    expect(locationOf("link/not/yet")).toBe(`file:${real}/there/not/yet`)
    expect(locationOf("./there/../there/")).toBe(`file:${real}/there`)
  })

  it("can be moved and shared, for a file depends on nothing but its key", async () => {
    const [one, other] = [temporaryDirectory(), temporaryDirectory()]
    await backendOn(one).set("key", bytes("value"))
    const moved = backendOn(other)
    await moved.set("key", bytes("another"))
    expect(readFileSync(pathOf(one, "key")).length).toBe(readFileSync(pathOf(other, "key")).length - 2)
    expect(await backendOn(other, { io: "async" }).get("key")).toEqual(bytes("another"))
  })
})
