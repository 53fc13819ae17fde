import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { FilesystemBackend } from "../src/index.js"
import { bytes, text } from "./backend-on.js"
import { startScript } from "./child-process.js"
import { filesIn } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

const kills = 60
const atOnce = 4
const keys = Array.from({ length: 8 }, (_, index) => `key ${index}`)

/** True for a miss, and for a value as the writers make them: its length, and then one letter again and again. */
function isWhole(value: Uint8Array | undefined): boolean {
  if (value === undefined) return true
  const [, length, letters = ""] = /^(\d+):([a-z]+)$/.exec(text(value) ?? "") ?? []
  return value.length === Number(length) + 7 && new Set(letters).size === 1
}

describe("writers that are killed", () => {
  it(`${kills} times leave after each time whole entries or misses, and every entry can be written`, async () => {
    const directory = temporaryDirectory()
    const backend = new FilesystemBackend({ directory })
    const round = async (seed: number) => {
      const child = startScript("busy-child.mjs", ["everything", directory, String(seed)])
      await once(child.stdout as NodeJS.ReadableStream, "data")
      await new Promise((resolve) => setTimeout(resolve, seed % 23))
      child.kill("SIGKILL")
      await once(child, "close")
      for (const [index, value] of (await backend.getMany(keys)).entries()) {
        expect(isWhole(value), `${keys[index]}, after kill ${seed}`).toBe(true)
      }
      expect(text(await backend.get("count"))).toMatch(/^\d+$/)
      await Promise.all(keys.map((key) => backend.set(key, bytes("1:".padEnd(8, "z")))))
    }
    for (let seed = 1; seed <= kills; seed += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, offset) => round(seed + offset)))
    }
    await backend.prune()
    await backend.close()
    const names = new Set(filesIn(directory).map((file) => file.slice(65)))
    expect([...names].filter((suffix) => suffix === ".lock")).toEqual([])
  })
})
