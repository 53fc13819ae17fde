import { existsSync, mkdirSync, truncateSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { backendOn, bytes, text } from "./backend-on.js"
import { filesIn, pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

function useAt(path: string, seconds: number): void {
  const time = Date.now() / 1_000 - 3_600 + seconds
  utimesSync(path, time, time - 10_000)
}

describe("pruning", () => {
  it("removes what is expired or torn, keeps the rest, and returns how many entries it removed", async () => {
    let now = 0
    const directory = temporaryDirectory()
    // As late as can be, or the first cull may come by and remove some of them before.
    const random = vi.spyOn(Math, "random").mockReturnValue(0)
    onTestFinished(() => random.mockRestore())
    const backend = backendOn(directory, { now: () => now })
    for (const key of ["expired", "expired too"]) await backend.set(key, bytes("1"), 10)
    for (const key of ["empty", "short", "foreign"]) await backend.set(key, bytes("1"))
    await backend.set("mortal", bytes("lives"), 11)
    await backend.set("immortal", bytes("lives"))
    truncateSync(pathOf(directory, "empty"), 0)
    truncateSync(pathOf(directory, "short"), 29)
    writeFileSync(pathOf(directory, "foreign"), "<html>hello</html>")
    now = 10
    expect(await backend.prune()).toBe(5)
    expect(await backend.prune()).toBe(0)
    expect(filesIn(directory)).toHaveLength(3)
    for (const key of ["mortal", "immortal"]) expect(text(await backend.get(key))).toBe("lives")
    await backend.close()
    expect(filesIn(directory)).toHaveLength(2)
  })

  it("evicts the least recently used entries until the number of entries fits, and no other", async () => {
    const directory = temporaryDirectory()
    const keys = Array.from({ length: 60 }, (_, index) => `key ${index}`)
    const writer = backendOn(directory)
    await writer.setMany(keys.map((key) => ({ key, value: bytes("1") })))
    for (const [index, key] of keys.entries()) useAt(pathOf(directory, key), (index * 7) % 60)
    const byUse = keys.toSorted((one, other) => ((keys.indexOf(one) * 7) % 60) - ((keys.indexOf(other) * 7) % 60))
    const backend = backendOn(directory, { maxEntries: 25 })
    expect(await backend.prune()).toBe(35)
    await writer.close()
    await backend.close()
    expect(filesIn(directory)).toEqual(
      byUse
        .slice(35)
        .map((key) => pathOf("", key))
        .sort(),
    )
  })

  it("evicts the least recently used entries until the bytes fit", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { maxBytes: 2_500 })
    for (const key of ["a", "b", "c", "d"]) {
      await backendOn(directory).set(key, new Uint8Array(1_000))
      useAt(pathOf(directory, key), key.charCodeAt(0))
    }
    expect(await backend.prune()).toBe(2)
    expect((await backend.getMany(["a", "b", "c", "d"])).map((value) => value?.length)).toEqual([
      undefined,
      undefined,
      1_000,
      1_000,
    ])
  })

  it("removes what killed processes left once it is old, and nothing that may be in use", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory)
    await backend.set("key", bytes("value"))
    await backend.close()
    const path = pathOf(directory, "other")
    mkdirSync(dirname(path), { recursive: true })
    const left = [
      `${path}.lock`,
      `${path}.lock.break`,
      `${path}.lock.break.break`,
      `${path}.lock.0123456789abcdef`,
      join(directory, "0123456789abcdef.owner"),
    ]
    for (const file of left) writeFileSync(file, "")
    expect(await backend.prune()).toBe(0)
    for (const file of left) expect(existsSync(file), file).toBe(true)
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6_000 })
    onTestFinished(() => void vi.useRealTimers())
    expect(await backend.prune()).toBe(0)
    await backend.close()
    expect(filesIn(directory)).toEqual([pathOf("", "key")])
  })
})
