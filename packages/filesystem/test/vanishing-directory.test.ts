import { rmSync } from "node:fs"
import { dirname } from "node:path"
import { setImmediate as nextTurn } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { backendOn, bytes, text } from "./backend-on.js"
import { pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

describe.each(["mixed", "async"] as const)("with io %j, a directory that vanishes", (io) => {
  it("is an empty store, and comes back with the next write", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    const calls: (() => Promise<unknown>)[] = [
      () => backend.set("key", bytes("1")),
      () => backend.add("key", bytes("1")),
      () => backend.setMany([{ key: "key", value: bytes("1") }]),
    ]
    for (const write of calls) {
      await backend.set("other", bytes("1"))
      await backend.delete("other")
      rmSync(directory, { recursive: true })
      expect(await backend.get("key")).toBeUndefined()
      expect(await backend.incr("key", 1)).toBeUndefined()
      expect(await backend.touch("key")).toBe(false)
      expect(await backend.delete("key")).toBe(false)
      expect(await backend.stats()).toEqual({ entries: 0, bytes: 0 })
      await backend.clear("")
      await write()
      expect(text(await backend.get("key"))).toBe("1")
      expect(await backend.delete("key")).toBe(true)
    }
  })

  it("may be the fan-out directory alone", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    await backend.set("key", bytes("1"))
    rmSync(dirname(pathOf(directory, "key")), { recursive: true })
    expect(await backend.get("key")).toBeUndefined()
    await backend.set("key", bytes("2"))
    expect(text(await backend.get("key"))).toBe("2")
  })

  it("at any moment of a write makes none fail", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    for (let index = 0; index < 150; index += 1) {
      const write = backend.set(`key ${index % 5}`, bytes(`${index}`))
      for (let turn = 0; turn < index % 50; turn += 1) await nextTurn()
      try {
        rmSync(directory, { recursive: true, force: true })
      } catch {
        // A file came while the directory was being emptied: as with `rm -r`.
      }
      await write
    }
    await backend.set("key", bytes("last"))
    expect(text(await backend.get("key"))).toBe("last")
  })
})
