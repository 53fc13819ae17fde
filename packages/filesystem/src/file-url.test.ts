import { realpathSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { fromUrl } from "./file-url.js"

const here = realpathSync(process.cwd())
const locationOf = (url: string) => fromUrl(url).location

describe("a file: URL", () => {
  it("is taken from the working directory when its path is relative", () => {
    expect(locationOf("file:./no-such-cache")).toBe(`file:${join(here, "no-such-cache")}`)
    expect(locationOf("file:no-such-cache/news")).toBe(`file:${join(here, "no-such-cache", "news")}`)
    expect(locationOf("file:../no-such-cache")).toBe(`file:${join(here, "..", "no-such-cache")}`)
  })

  it("is taken as it is when its path is absolute", () => {
    expect(locationOf("file:///no-such-cache/news")).toBe("file:/no-such-cache/news")
    expect(locationOf("file:/no-such-cache/news")).toBe("file:/no-such-cache/news")
    expect(locationOf("FILE://localhost/no-such-cache")).toBe("file:/no-such-cache")
  })

  it("may hold escaped characters", () => {
    expect(locationOf("file:///no-such%20cache/a%23b%3F")).toBe("file:/no-such cache/a#b?")
    expect(locationOf("file:./no-such%20cache")).toBe(`file:${join(here, "no-such cache")}`)
  })

  it("takes limits and the way of reading as parameters", () => {
    expect(() => fromUrl("file:./no-such-cache?maxEntries=10&maxBytes=1000&io=async")).not.toThrow()
    expect(() => fromUrl("file:./no-such-cache?io=mixed")).not.toThrow()
  })

  it.each([
    ["redis://localhost", "does not begin with file:"],
    ["", "does not begin with file:"],
    ["file:", "names no directory"],
    ["file://", "names no directory"],
    ["file:?maxEntries=1", "names no directory"],
    ["file:./cache#part", "%23"],
    ["file:./cache%zz", "URI malformed"],
    ["file://elsewhere/cache", "host"],
    ["file:./cache?maxentries=1", 'no parameter "maxentries"'],
    ["file:./cache?maxEntries=", 'maxEntries is "", expected a positive integer'],
    ["file:./cache?maxEntries=0", 'maxEntries is "0"'],
    ["file:./cache?maxBytes=1e6", 'maxBytes is "1e6"'],
    ["file:./cache?maxBytes=-5", 'maxBytes is "-5"'],
    ["file:./cache?maxBytes=99999999999999999999", "maxBytes must be a positive integer or Infinity"],
    ["file:./cache?maxBytes=5&maxBytes=6", "maxBytes is given twice"],
    ["file:./cache?io=sync", 'io is "sync", expected mixed or async'],
  ])("is refused as %j, saying %j", (url, complaint) => {
    expect(() => fromUrl(url)).toThrow(TypeError)
    expect(() => fromUrl(url)).toThrow(complaint)
  })
})
