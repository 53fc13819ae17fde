import { describe, expect, it } from "vitest"
import { fromUrl } from "./memcached-url.js"

describe("a memcached: URL", () => {
  it("names one server or several", () => {
    expect(fromUrl("memcached://127.0.0.1:11311").location).toBe("memcached://127.0.0.1:11311")
    expect(fromUrl("MEMCACHED://localhost/").location).toBe("memcached://localhost:11211")
    expect(fromUrl("memcached://two:1,one,[::1]:2").location).toBe("memcached://[::1]:2,one:11211,two:1")
  })

  it("takes limits as parameters", () => {
    const { capabilities } = fromUrl("memcached://one?requestTimeout=500&maxPending=10&maxValueBytes=2000")
    expect(capabilities.maxValueBytes).toBe(2000)
  })

  it.each([
    ["redis://localhost", "not memcached://"],
    ["memcached:one", "not memcached://"],
    ["memcached://one/path", "not memcached://"],
    ["memcached://one#part", "not memcached://"],
    [undefined, "not memcached://"],
    ["memcached://", "names no server"],
    ["memcached://?maxPending=1", "names no server"],
    ["memcached://one,,two", "A Memcached server is host:port"],
    ["memcached://user:secret@one", "authentication is not supported"],
    ["memcached://user:secret@one/path", "not memcached://"],
    ["memcached://one?maxpending=1", 'no parameter "maxpending"'],
    ["memcached://one?maxPending=", 'maxPending is "", expected a positive integer'],
    ["memcached://one?maxPending=-5", 'maxPending is "-5"'],
    ["memcached://one?requestTimeout=1e3", 'requestTimeout is "1e3"'],
    ["memcached://one?requestTimeout=99999999999", "requestTimeout must be"],
    ["memcached://one?maxPending=5&maxPending=6", "maxPending is given twice"],
  ])("is refused as %j, saying %j and no password", (url, complaint) => {
    const read = () => fromUrl(url as string)
    expect(read).toThrow(TypeError)
    expect(read).toThrow(complaint)
    expect(read).not.toThrow("secret")
  })
})
