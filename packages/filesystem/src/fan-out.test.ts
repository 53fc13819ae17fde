import { describe, expect, it } from "vitest"
import { MixedDisk } from "./disk.js"
import { entryName, FanOut, shards } from "./fan-out.js"

const fanOut = new FanOut("/no-such-cache", new MixedDisk())

describe("the place of an entry", () => {
  it("is the SHA-256 of its key, the first two digits as a directory", () => {
    expect(fanOut.locate("abc")).toEqual({
      shard: "ba",
      path: "/no-such-cache/ba/7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    })
  })

  it("never lies outside the directory, whatever the key is", () => {
    for (const key of ["../../etc/passwd", "/etc/passwd", "a\0b", "..", "", "清", "C:\\", "a".repeat(10_000)]) {
      const { shard, path } = fanOut.locate(key)
      expect(path.slice(0, -62)).toBe(`/no-such-cache/${shard}/`)
      expect(shards).toContain(shard)
      expect(path.slice(-62)).toMatch(entryName)
    }
  })

  it("is another one for keys that differ by case or Unicode form only", () => {
    const paths = ["page", "Page", "\u00e9", "e\u0301"].map((key) => fanOut.locate(key).path)
    expect(new Set(paths).size).toBe(4)
  })
})
