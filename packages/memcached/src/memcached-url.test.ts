import { describe, expect, it } from "vitest"
import { fromUrl } from "./memcached-url.js"

describe("a memcached: URL", () => {
  it("names one server or several", () => {
    expect(fromUrl("memcached://127.0.0.1:11311").location).toBe("memcached://127.0.0.1:11311")
    expect(fromUrl("MEMCACHED://localhost/").location).toBe("memcached://localhost:11211")
    expect(fromUrl("memcached://two:1,one,[::1]:2").location).toBe("memcached://[::1]:2,one:11211,two:1")
  })

  it("names a Unix socket", () => {
    expect(fromUrl("memcached:///run/my%20cache.sock").location).toBe("memcached:///run/my cache.sock")
    expect(fromUrl("memcached://user:secret@/run/m.sock?maxPending=1").location).toBe("memcached:///run/m.sock")
  })

  it("takes limits as parameters", () => {
    const { capabilities } = fromUrl("memcached://one?requestTimeout=500&maxPending=10&maxValueBytes=2000")
    expect(capabilities.maxValueBytes).toBe(2000)
  })

  it("takes a user and a password, escaped where need be, and TLS", () => {
    expect(fromUrl("memcached://user:p%40ss:w%2Frd@one,two").location).toBe("memcached://one:11211,two:11211")
    expect(fromUrl("memcacheds://user:p@ss@one").location).toBe("memcacheds://one:11211")
  })

  it.each([
    ["redis://localhost", "not memcached://"],
    ["memcached:one", "not memcached://"],
    ["memcached:user:secret@one", "not memcached://"],
    ["memcached://one/path", "a path after its servers"],
    ["memcached:///run/m%zz", "a % that begins no escaped character"],
    ["memcached:///", "names no server"],
    ["memcached://one#part", "not memcached://"],
    [undefined, "not memcached://"],
    ["memcached://", "names no server"],
    ["memcached://?maxPending=1", "names no server"],
    ["memcached://one,,two", "A Memcached server is host:port"],
    ["memcached://secret@one", "a user without a password"],
    ["memcached://user:@one", "password must be"],
    ["memcached://:secret@one", "username must be"],
    ["memcached://user:secret%zz@one", "a % that begins no escaped character"],
    ["memcached://user:secret%0d%0aflush_all@one", "password must be a string without spaces or control characters"],
    ["memcached://us%20er:secret@one", "username must be"],
    ["memcached://user:sec?secret@one", "in a password, / is written %2F, ? %3F"],
    ["memcached://user:sec?maxPending=5&a=secret@one", "in a password, / is written %2F, ? %3F"],
    ["memcached://user:sec/secret@one", "in a password, / is written %2F, ? %3F"],
    ["memcached://user:sec#secret@one", "not memcached://"],
    ["memcached://user:secret@", "names no server"],
    ["memcacheds://user:secret@one:port", "A Memcached server is host:port"],
    ["memcached://user:secret@one/path", "a path after its servers"],
    ["memcached://one?password=secret", 'no parameter "password"'],
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
