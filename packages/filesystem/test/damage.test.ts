import { copyFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect, it } from "vitest"
import { backendOn, bytes, text } from "./backend-on.js"
import { filesIn, pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

const damages: Record<string, (path: string) => void> = {
  empty: (path) => truncateSync(path, 0),
  "cut short": (path) => truncateSync(path, readFileSync(path).length - 1),
  "cut in the header": (path) => truncateSync(path, 10),
  "one byte too long": (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.of(0)])),
  "filled with zeros": (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length)),
  "some other file": (path) => writeFileSync(path, "<html>hello</html>"),
  "wrong in its value": (path) => {
    const content = readFileSync(path)
    content[content.length - 1] = (content.at(-1) ?? 0) ^ 1
    writeFileSync(path, content)
  },
}

describe.each(["mixed", "async"] as const)("with io %j, a file that is", (io) => {
  describe.each(Object.entries(damages))("%s", (_name, damage) => {
    async function damaged() {
      const directory = temporaryDirectory()
      const backend = backendOn(directory, { io })
      await backend.set("key", bytes("12"))
      damage(pathOf(directory, "key"))
      return { backend, path: pathOf(directory, "key") }
    }

    it("is a miss for whoever reads, and is cleaned away", async () => {
      const { backend, path } = await damaged()
      expect(await backend.get("key")).toBeUndefined()
      expect(await backend.ttl("key")).toBeUndefined()
      expect(await backend.getMany(["key"])).toEqual([undefined])
      await backend.close()
      expect(existsSync(path)).toBe(false)
    })

    it("is no entry for whoever changes", async () => {
      const { backend } = await damaged()
      expect(await backend.incr("key", 1)).toBeUndefined()
      expect(await backend.touch("key")).toBe(false)
      expect(await backend.delete("key")).toBe(false)
      expect(await backend.deleteIfEqual("key", bytes("12"))).toBe(false)
      expect(await backend.replaceIfEqual("key", bytes("12"), bytes("34"))).toBe(false)
      expect(await backend.add("key", bytes("new"))).toBe(true)
      expect(text(await backend.get("key"))).toBe("new")
    })
  })
})

describe("an entry", () => {
  it("that has expired is cleaned away when it is met, but not one that is written meanwhile", async () => {
    let now = 0
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { now: () => now })
    for (const key of ["old", "renewed"]) await backend.set(key, bytes("old"), 10)
    now = 10
    const reads = ["old", "renewed"].map((key) => backend.get(key))
    const write = backend.set("renewed", bytes("new"), 10)
    expect(await Promise.all(reads)).toEqual([undefined, undefined])
    await write
    await backend.close()
    expect(filesIn(directory)).toEqual([pathOf("", "renewed")])
    expect(text(await backendOn(directory, { now: () => now }).get("renewed"))).toBe("new")
  })

  it("that lies where another key belongs is a miss there, and stays", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory)
    await backend.set("one", bytes("value"))
    const place = pathOf(directory, "other")
    mkdirSync(dirname(place), { recursive: true })
    copyFileSync(pathOf(directory, "one"), place)
    expect(await backend.get("other")).toBeUndefined()
    expect(await backend.add("other", bytes("its own"))).toBe(true)
    expect(text(await backend.get("other"))).toBe("its own")
    expect(text(await backend.get("one"))).toBe("value")
  })
})
