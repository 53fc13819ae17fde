import fs, { chmodSync, linkSync, readFileSync, rmSync, statSync, unlinkSync } from "node:fs"
import { join } from "node:path"
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { encodeEntry } from "../src/entry-file.js"
import type { FilesystemBackend } from "../src/index.js"
import { backendOn, bytes, text } from "./backend-on.js"
import { filesIn, pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

const spareName = /\.lock\.[0-9a-f]{16}$/
const rested = 50
const spoilt = 30_000

let directory: string
let backend: FilesystemBackend

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] })
  onTestFinished(() => void vi.useRealTimers())
  directory = temporaryDirectory()
  backend = backendOn(directory)
})

function sparesIn(where: string): string[] {
  return filesIn(where).filter((file) => spareName.test(file))
}

function inodeOf(key: string): number {
  return statSync(pathOf(directory, key)).ino
}

/** Replaces the entry once, and answers the inode of the file that it had. */
async function replace(key: string, value = "new"): Promise<number> {
  await backend.set(key, bytes("old"))
  const inode = inodeOf(key)
  await backend.set(key, bytes(value))
  return inode
}

describe("the file of a replaced entry", () => {
  it("is written again for another one, when it has rested", async () => {
    const inode = await replace("key")
    vi.advanceTimersByTime(rested - 1)
    await backend.set("early", bytes("early"))
    expect(inodeOf("early")).not.toBe(inode)
    vi.advanceTimersByTime(1)
    await backend.set("other", bytes("other"))
    expect(inodeOf("other")).toBe(inode)
    expect((await backend.getMany(["key", "early", "other"])).map(text)).toEqual(["new", "early", "other"])
    expect(sparesIn(directory)).toEqual([])
  })

  it("is cut to the length of what it holds now, or grows", async () => {
    const [long, short] = ["l".repeat(10_000), "s"]
    for (const value of [long, short, long, short, long]) {
      await backend.set("key", bytes(value))
      vi.advanceTimersByTime(rested)
      expect(text(await backend.get("key"))).toBe(value)
    }
    expect(statSync(pathOf(directory, "key")).size).toBe(encodeEntry("key", bytes(long), 0).length)
  })

  it("is used by add, touch and incr as well", async () => {
    const inodes = new Set<number>()
    expect(await backend.add("count", bytes("0"), 1_000)).toBe(true)
    for (let sum = 1; sum <= 20; sum += 1) {
      expect(await backend.incr("count", 1)).toBe(sum)
      expect(await backend.touch("count", 1_000)).toBe(true)
      inodes.add(inodeOf("count"))
      vi.advanceTimersByTime(rested)
    }
    expect(inodes.size).toBeLessThanOrEqual(3)
  })

  it("is removed when it has lain about for long, and does not come back", async () => {
    await replace("key")
    expect(sparesIn(directory)).toHaveLength(1)
    vi.advanceTimersByTime(spoilt)
    await backend.set("other", bytes("other"))
    await backend.close()
    expect(filesIn(directory)).toEqual([pathOf("", "key"), pathOf("", "other")].sort())
  })

  it.each(["clear", "prune", "close"] as const)("is removed by %s", async (method) => {
    for (let count = 0; count < 10; count += 1) await replace(`key ${count}`)
    expect(sparesIn(directory)).toHaveLength(10)
    await backend[method]("none")
    expect(sparesIn(directory)).toEqual([])
    expect(filesIn(directory).filter((file) => !file.endsWith(".owner"))).toHaveLength(10)
  })

  it("is not kept when there are many, or large ones", async () => {
    backend = backendOn(directory, { maxEntries: 300 })
    for (let count = 0; count < 5; count += 1) await replace("key")
    expect(sparesIn(directory)).toHaveLength(3)
    directory = temporaryDirectory()
    backend = backendOn(directory, { maxBytes: 10_000 })
    for (let count = 0; count < 5; count += 1) await replace(`key ${count}`)
    // A hundredth of these bytes are three small entries.
    expect(sparesIn(directory)).toHaveLength(3)
    await backend.set("large", bytes("l".repeat(1_000)))
    await backend.set("large", bytes("small"))
    expect(sparesIn(directory)).toHaveLength(3)
  })

  it("is not kept with io async", async () => {
    backend = backendOn(directory, { io: "async" })
    await replace("key")
    expect(sparesIn(directory)).toEqual([])
  })

  it("is left as it is when somebody has another link to it", async () => {
    await backend.set("key", bytes("old"))
    const backup = join(directory, "backup")
    linkSync(pathOf(directory, "key"), backup)
    await backend.set("key", bytes("new"))
    expect(sparesIn(directory)).toEqual([])
    // Or gets one after it was replaced.
    await replace("later")
    const [spare = ""] = sparesIn(directory)
    const laterBackup = join(directory, "later backup")
    linkSync(join(directory, spare), laterBackup)
    vi.advanceTimersByTime(rested)
    await backend.set("other", bytes("other"))
    expect(readFileSync(backup)).toEqual(Buffer.from(encodeEntry("key", bytes("old"), Infinity)))
    expect(readFileSync(laterBackup)).toEqual(Buffer.from(encodeEntry("later", bytes("old"), Infinity)))
    await backend.close()
    expect(sparesIn(directory)).toEqual([])
  })

  it("is not used again when others may read it", async () => {
    await backend.set("key", bytes("old"))
    chmodSync(pathOf(directory, "key"), 0o644)
    await backend.set("key", bytes("new"))
    expect(sparesIn(directory)).toEqual([])
    expect(statSync(pathOf(directory, "key")).mode & 0o777).toBe(0o600)
  })

  it("may go away, alone or with its directory", async () => {
    await replace("key")
    for (const spare of sparesIn(directory)) unlinkSync(join(directory, spare))
    vi.advanceTimersByTime(rested)
    await backend.set("other", bytes("other"))
    expect(text(await backend.get("other"))).toBe("other")
    await replace("key")
    rmSync(directory, { recursive: true })
    vi.advanceTimersByTime(rested)
    await backend.set("other", bytes("again"))
    expect(text(await backend.get("other"))).toBe("again")
  })
})

describe("the file of a removed entry", () => {
  it("is written again when the entry had expired", async () => {
    let now = 0
    backend = backendOn(directory, { now: () => now })
    await backend.set("key", bytes("old"), 1)
    const inode = inodeOf("key")
    now = 1
    expect(await backend.get("key")).toBeUndefined()
    while (sparesIn(directory).length === 0) await new Promise(setImmediate)
    vi.advanceTimersByTime(rested)
    await backend.set("other", bytes("other"))
    expect(inodeOf("other")).toBe(inode)
    expect(await backend.get("key")).toBeUndefined()
  })

  it("is gone when a user deletes the entry", async () => {
    await backend.set("key", bytes("secret"))
    expect(await backend.delete("key")).toBe(true)
    expect(await backend.add("key", bytes("other secret"))).toBe(true)
    expect(await backend.deleteIfEqual("key", bytes("other secret"))).toBe(true)
    expect(sparesIn(directory)).toEqual([])
  })
})

describe("a reader whose file is written again while it reads", () => {
  it("reads again", async () => {
    await backend.set("key", bytes("old"))
    const read = fs.readSync
    const path = pathOf(directory, "key")
    let overtaken = false
    const spy = vi.spyOn(fs, "readSync").mockImplementation(((...parameters: Parameters<typeof fs.readSync>) => {
      if (!overtaken) {
        overtaken = true
        const next = join(directory, "next")
        fs.writeFileSync(next, encodeEntry("key", bytes("new"), Infinity))
        linkSync(path, join(directory, "spare"))
        fs.renameSync(next, path)
        fs.writeFileSync(join(directory, "spare"), encodeEntry("key", bytes("not yet in place"), Infinity))
        vi.advanceTimersByTime(rested)
      }
      return read(...parameters)
    }) as typeof fs.readSync)
    onTestFinished(() => spy.mockRestore())
    expect(text(await backend.get("key"))).toBe("new")
    expect(overtaken).toBe(true)
  })

  it("never sees but whole values of its own entry, through the thread pool too", async () => {
    vi.useRealTimers()
    const keys = ["a", "b", "c"]
    const value = (key: string, length: number) => bytes(key.repeat(length))
    const readers = [backendOn(directory), backendOn(directory, { io: "async" })]
    await backend.setMany(keys.map((key) => ({ key, value: value(key, 1) })))
    let writing = true
    const reading = readers.flatMap((reader) =>
      keys.map(async (key) => {
        let count = 0
        for (; writing; count += 1) {
          expect(text(await reader.get(key))).toMatch(new RegExp(`^${key}+$`))
          await new Promise(setImmediate)
        }
        return count
      }),
    )
    for (let round = 0; round < 150; round += 1) {
      await Promise.all(keys.map((key) => backend.set(key, value(key, 1 + ((round * 7_919) % 60_000)))))
    }
    writing = false
    for (const count of await Promise.all(reading)) expect(count).toBeGreaterThan(0)
  })
})
