import { statSync, utimesSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { backendOn, bytes } from "./backend-on.js"
import { filesIn, pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

const hour = 3_600_000

describe.each(["mixed", "async"] as const)("with io %j, reading an entry", (io) => {
  it("changes nothing on the disk while its last use is recent", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    await backend.set("key", bytes("value"))
    const path = pathOf(directory, "key")
    const before = { files: filesIn(directory), changed: statSync(path).ctimeMs }
    for (let round = 0; round < 10; round += 1) await backend.get("key")
    await backend.getMany(["key", "missing"])
    expect({ files: filesIn(directory), changed: statSync(path).ctimeMs }).toEqual(before)
    await backend.close()
    expect(statSync(path).ctimeMs).toBe(before.changed)
  })

  it("notes the use once the last one is more than a minute ago, and keeps the time of writing", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    await backend.set("key", bytes("value"))
    const path = pathOf(directory, "key")
    const start = Date.now()
    const written = new Date(start - hour)
    utimesSync(path, written, written)
    await Promise.all([backend.get("key"), backend.get("key")])
    await backend.close()
    expect(statSync(path).mtimeMs).toBeCloseTo(written.getTime(), 1)
    expect(statSync(path).atimeMs).toBeGreaterThan(start - 1_000)
  })

  it("is the only use that counts: looking after the store is none", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { io })
    await backend.set("key", bytes("value"))
    const path = pathOf(directory, "key")
    const used = new Date(Date.now() - hour)
    utimesSync(path, used, new Date(used.getTime() - hour))
    for await (const key of backend.keys("")) expect(key).toBe("key")
    await backend.clear("another prefix")
    await backend.stats()
    expect(await backend.prune()).toBe(0)
    expect(statSync(path).atimeMs).toBeCloseTo(used.getTime(), 1)
    await backend.close()
  })
})

describe("after a clock that was a day ahead", () => {
  it("entries from that time are evicted first, except those that are read", async () => {
    const directory = temporaryDirectory()
    const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`)
    const early = backendOn(directory)
    for (const key of keys.slice(0, 20)) await early.set(key, bytes("value"))
    const tomorrow = new Date(Date.now() + 24 * hour)
    for (const key of keys.slice(0, 20)) utimesSync(pathOf(directory, key), tomorrow, tomorrow)
    for (const key of keys.slice(20)) await early.set(key, bytes("value"))
    await early.getMany(keys.slice(0, 10))
    await early.close()
    expect(await backendOn(directory, { maxEntries: 30 }).prune()).toBe(10)
    const kept = await early.getMany(keys)
    expect(kept.map((value) => value !== undefined)).toEqual(keys.map((_, index) => index < 10 || index >= 20))
  })
})
