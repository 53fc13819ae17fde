import { describe, expect, it } from "vitest"
import { fromUrl } from "./from-url.js"

describe("fromUrl", () => {
  it("makes a backend with defaults of the bare scheme, each with a store of its own", async () => {
    const [first, second] = [fromUrl("locmem:"), fromUrl("locmem://")]
    await first.set("a", { b: 1 })
    expect(await second.get("a")).toBeUndefined()
    expect(first.codec).toBe(second.codec)
  })

  it("reads maxEntries", async () => {
    const backend = fromUrl("locmem:?maxEntries=2")
    for (const key of ["a", "b", "c"]) await backend.set(key, 1)
    expect((await backend.stats()).entries).toBe(2)
  })

  it("reads maxBytes, Infinity included", async () => {
    await expect(fromUrl("locmem:?maxBytes=100").set("a", "x".repeat(100))).rejects.toThrow("larger than maxBytes, 100")
    expect(await fromUrl("locmem:?maxBytes=Infinity&maxEntries=5").stats()).not.toHaveProperty("bytes")
  })

  it("reads isolation", () => {
    const { codec } = fromUrl("locmem:?maxEntries=5&isolation=reference")
    const object = {}
    expect(codec.decode(codec.encode(object))).toBe(object)
  })

  it.each([
    ["redis://localhost", 'A locmem URL is "locmem:" and parameters'],
    ["locmem:name", 'A locmem URL is "locmem:" and parameters'],
    ["locmem://host?maxEntries=5", 'A locmem URL is "locmem:" and parameters'],
    ["locmem:?maxEntries=5#part", 'A locmem URL is "locmem:" and parameters'],
    ["locmem:?entries=5", "has no parameter entries; there are maxEntries, maxBytes, isolation"],
    ["locmem:?constructor=5", "has no parameter constructor"],
    ["locmem:?maxEntries=many", 'maxEntries must be a positive integer or Infinity; got "many"'],
    ["locmem:?maxEntries=", 'maxEntries must be a positive integer or Infinity; got ""'],
    ["locmem:?maxEntries=1e3", 'maxEntries must be a positive integer or Infinity; got "1e3"'],
    ["locmem:?maxEntries=0", "maxEntries must be a positive integer or Infinity; got 0"],
    ["locmem:?maxBytes=-5", 'maxBytes must be a positive integer or Infinity; got "-5"'],
    ["locmem:?isolation=deep", "isolation must be one of copy, freeze, reference; got deep"],
    ["locmem:?maxEntries=5&maxEntries=6", "has maxEntries once at most"],
    ["no url", "Invalid URL"],
  ])("refuses %s", (url, message) => {
    expect(() => fromUrl(url)).toThrow(TypeError)
    expect(() => fromUrl(url)).toThrow(message)
  })
})
