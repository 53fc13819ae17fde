import { describe, expect, it } from "vitest"
import { addressOf, serverOf } from "./server-url.js"

describe("serverOf", () => {
  it("reads host, port, database and credentials", () => {
    expect(serverOf("redis://ann:p%40ss@cache.example:6380/3")).toEqual({
      host: "cache.example",
      port: 6380,
      tls: false,
      database: 3,
      username: "ann",
      password: "p@ss",
    })
  })

  it("has defaults for all but the host", () => {
    expect(serverOf("redis://localhost")).toEqual({ host: "localhost", port: 6379, tls: false, database: 0 })
    expect(serverOf("redis://localhost/", 26379).port).toBe(26379)
    expect(serverOf("redis://:secret@localhost")).toMatchObject({ password: "secret" })
  })

  it("knows schemes of Redis and Valkey, with TLS and without", () => {
    const tls = ["redis", "rediss", "valkey", "valkeys"].map((scheme) => serverOf(`${scheme}://host`).tls)
    expect(tls).toEqual([false, true, false, true])
  })

  it("takes addresses of IP version 6", () => {
    const server = serverOf("redis://[::1]:6380")
    expect(server.host).toBe("::1")
    expect(addressOf(server)).toBe("[::1]:6380")
  })

  it.each([
    ["", "it is no URL"],
    ["localhost", "it is no URL"],
    ["localhost:6379", "its scheme is localhost:"],
    ["http://host", "its scheme is http:"],
    ["redis:", "it names no host"],
    ["redis://host:port", "it is no URL"],
    ["redis://host/one", 'its database is "one"'],
    ["redis://host/-1", 'its database is "-1"'],
    ["redis://host/0/1", 'its database is "0/1"'],
    ["redis://host?db=1", "it has parameters"],
    ["redis://host#1", "a fragment"],
    ["redis://a%zz@host", "percent"],
  ])("refuses %j, saying %j", (url, complaint) => {
    expect(() => serverOf(url)).toThrow(TypeError)
    expect(() => serverOf(url)).toThrow(complaint)
  })

  it("shows no password", () => {
    for (const url of [
      "http://ann:secret@host",
      "redis://ann:secret@host/one",
      "redis://:secret@host?x",
      "redis://ann:1/secret@host",
      "redis://h?p=secret",
    ]) {
      expect(() => serverOf(url)).toThrow(/^(?!.*secret)/)
      expect(() => serverOf(url)).not.toThrow(/secret/)
    }
  })
})
