import { utimesSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { Background } from "../src/background.js"
import { Culler } from "../src/culler.js"
import { AsyncDisk } from "../src/disk.js"
import { encodeEntry } from "../src/entry-file.js"
import { EntryFiles } from "../src/entry-files.js"
import { FanOut } from "../src/fan-out.js"
import { backendOn, bytes } from "./backend-on.js"
import { filesIn, pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

const hour = 3_600_000

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`)
}

function entriesOf(keys: readonly string[], value = bytes("value")) {
  return keys.map((key) => ({ key, value }))
}

describe("culling in the background", () => {
  it("keeps a store near its greatest number of entries", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { maxEntries: 150 })
    let most = 0
    for (let round = 0; round < 10; round += 1) {
      await backend.setMany(entriesOf(numbered(`round ${round}`, 50)))
      most = Math.max(most, filesIn(directory).length)
    }
    await backend.close()
    expect(most).toBeLessThan(260)
    expect(filesIn(directory).length).toBeLessThan(220)
    expect(filesIn(directory).length).toBeGreaterThan(100)
  })

  it("keeps a store near its greatest number of bytes", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { maxBytes: 150_000 })
    for (let round = 0; round < 10; round += 1) {
      await backend.setMany(entriesOf(numbered(`round ${round}`, 50), new Uint8Array(1_000)))
    }
    const { bytes: held } = await backend.stats()
    expect(held).toBeLessThan(230_000)
    expect(held).toBeGreaterThan(100_000)
  })

  it("also when every process writes only a little", async () => {
    const directory = temporaryDirectory()
    for (let round = 0; round < 200; round += 1) {
      const backend = backendOn(directory, { maxEntries: 20 })
      await backend.setMany(entriesOf(numbered(`round ${round}`, 2)))
      await backend.close()
    }
    expect(filesIn(directory).length).toBeLessThan(150)
  })

  it("spares what was used lately at the cost of what was not", async () => {
    const directory = temporaryDirectory()
    const [cold, warm, fresh] = [numbered("cold", 200), numbered("warm", 100), numbered("fresh", 100)]
    await backendOn(directory).setMany(entriesOf([...cold, ...warm]))
    const before = new Date(Date.now() - hour)
    for (const key of cold) utimesSync(pathOf(directory, key), before, before)
    const backend = backendOn(directory, { maxEntries: 300 })
    await backend.setMany(entriesOf(fresh))
    await backend.close()
    const left = new Set(filesIn(directory))
    const countLeft = (keys: string[]) => keys.filter((key) => left.has(pathOf("", key))).length
    expect(countLeft(cold)).toBeLessThan(180)
    expect(countLeft(warm)).toBe(100)
    expect(countLeft(fresh)).toBe(100)
  })

  it("drops expired entries first, and some of them also where there is room", async () => {
    let now = 0
    const directory = temporaryDirectory()
    const backend = backendOn(directory, { maxEntries: 1_000, now: () => now })
    const mortal = numbered("mortal", 100)
    await backend.setMany(entriesOf(mortal), 10)
    now = 10
    for (let round = 0; round < 8; round += 1) await backend.setMany(entriesOf(numbered(`round ${round}`, 50)))
    await backend.close()
    const left = new Set(filesIn(directory))
    expect(mortal.filter((key) => left.has(pathOf("", key))).length).toBeLessThan(100)
    expect(left.size).toBeGreaterThanOrEqual(400)
  })
})

describe("a cull for a full disk", () => {
  it("removes what has expired, though the store has room, and nothing else", async () => {
    const directory = temporaryDirectory()
    const disk = new AsyncDisk()
    const files = new EntryFiles(new FanOut(directory, disk), disk)
    const background = new Background()
    const culler = new Culler(files, { maxEntries: 100_000, maxBytes: 1024 ** 3 }, () => 1_000, background)
    const store = async (name: string, expiresAt: number) => {
      const places = numbered(name, 150).map((key) => ({ key, place: files.fanOut.locate(key) }))
      await Promise.all(
        places.map(({ key, place }) => files.replace(place, async () => encodeEntry(key, bytes("1"), expiresAt))),
      )
    }
    await Promise.all([store("dead", 999), store("live", 1_001)])
    culler.diskIsFull()
    await background.run("cull", async () => {}) // The running one.
    const left = new Set(filesIn(directory))
    const leftOf = (name: string) => numbered(name, 150).filter((key) => left.has(pathOf("", key))).length
    // From samples: when there are few, a sample may miss them all.
    expect(leftOf("dead")).toBeLessThan(75)
    expect(leftOf("live")).toBe(150)
    await files.close()
  })
})
