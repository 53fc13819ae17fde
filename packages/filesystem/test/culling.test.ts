import { utimesSync } from "node:fs"
import { describe, expect, it } from "vitest"
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
