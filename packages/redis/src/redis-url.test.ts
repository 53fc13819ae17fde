import { describe, expect, it } from "vitest"
import { fromUrl } from "./redis-url.js"

const locationOf = (url: string) => fromUrl(url).location

describe("a URL of Redis", () => {
  it("is a server's", () => {
    expect(locationOf("redis://127.0.0.1:6380/1")).toBe("redis://127.0.0.1:6380/1")
    expect(locationOf("REDIS://localhost")).toBe("redis://localhost:6379/0")
    expect(locationOf("valkey://localhost?connectTimeout=0.5")).toBe("redis://localhost:6379/0")
    expect(locationOf("rediss://ann:secret@host")).toBe("rediss://host:6379/0")
  })

  it("is a cluster's when it says so, or names several servers", () => {
    expect(locationOf("redis://one?cluster")).toBe("redis://one:6379")
    expect(locationOf("redis://ann:secret@one,two:7000")).toBe("redis://one:6379,two:7000")
    expect(locationOf("redis://one,two?cluster&connectTimeout=1&replyTimeout=2.5")).toBe("redis://one:6379,two:6379")
  })

  it("is that of sentinels when it names their master", () => {
    expect(locationOf("redis://one,two:26380/2?sentinel=mymaster")).toBe(
      "redis://one:26379,two:26380/2?sentinel=mymaster",
    )
    expect(locationOf("rediss://ann:secret@one?sentinel=main")).toBe("rediss://one:26379/0?sentinel=main")
  })

  it.each([
    ["", "it is no such URL"],
    ["redis", "it is no such URL"],
    ["http://host", "its scheme is http:"],
    ["redis://", "names no"],
    ["redis://host/one", 'its database is "one"'],
    ["redis://host#part", "it is no such URL"],
    ["redis://host?db=1", 'it has no parameter "db"'],
    ["redis://host?connectTimeout=", 'connectTimeout is "", expected seconds'],
    ["redis://host?connectTimeout=soon", 'connectTimeout is "soon"'],
    ["redis://host?replyTimeout=-1", 'replyTimeout is "-1", expected seconds'],
    ["redis://host?connectTimeout=0", "connectTimeout is 0, expected seconds"],
    ["redis://host?connectTimeout=1&connectTimeout=2", "connectTimeout is given twice"],
    ["redis://host?cluster=yes", 'cluster is "yes", expected no value'],
    ["redis://host/1?cluster", "A cluster has no database but 0"],
    ["redis://host?sentinel=", "expected what the sentinels call the master"],
    ["redis://host/one?sentinel=main", 'its database is "one"'],
    ["redis://host?cluster&sentinel=main", "a cluster and a sentinel"],
    ["redis://ann:50%@host?sentinel=main", "a percent sign in its credentials is not escaped"],
    ["redis://ann:50%@host", "a percent sign in its credentials is not escaped"],
  ])("is refused as %j, saying %j", (url, complaint) => {
    expect(() => fromUrl(url)).toThrow(TypeError)
    expect(() => fromUrl(url)).toThrow(complaint)
  })

  it("shows no password when it is malformed", () => {
    const passwords = ["secret\n", "se/secret", "1/secret", "se?secret", "se?secret=1", "se#secret", "1/se?secret"]
    const urls = passwords.map((password) => `redis://ann:${password}@host/one`)
    for (const url of [...urls, "redis:ann:secret@host", "redis://host?password=secret", "redis://host/0?pwd=secret"]) {
      expect(() => fromUrl(url)).toThrow(TypeError)
      expect(() => fromUrl(url)).toThrow(/^(?!.*secret)/s)
    }
  })

  it("shows no password when it is refused", () => {
    for (const parameters of ["?x=1", "/one", "?cluster=yes", "/one?sentinel=main"]) {
      expect(() => fromUrl(`redis://ann:secret@host${parameters}`)).not.toThrow(/secret/)
      expect(() => fromUrl(`redis://ann:secret@host${parameters}`)).toThrow(TypeError)
    }
  })
})
