import { describe, expect, it } from "vitest"
import { type MemcachedBackendOptions, readOptions } from "./backend-options.js"

describe("the options of a Memcached backend", () => {
  it("have defaults, but for the servers", () => {
    expect(readOptions({ servers: ["one"] })).toEqual({
      servers: [{ place: { host: "one", port: 11211 }, name: "one:11211" }],
      requestTimeout: 1000,
      maxPending: 10_000,
      maxValueBytes: 1_047_552,
      login: undefined,
      tls: undefined,
    })
  })

  it.each([
    [undefined, "options must be an object with servers, got undefined"],
    ["one:11211", "options must be an object with servers"],
    [{}, "servers must be a list of at least one host:port, got undefined"],
    [{ servers: [] }, "servers must be a list of at least one host:port, got []"],
    [{ servers: "one:11211" }, "servers must be a list"],
    [{ servers: ["one", "one:11211"] }, "servers must be a list that names each server once"],
    [{ servers: ["one:x"] }, "A Memcached server is host:port"],
    [
      { server: "one" },
      "unknown option server; there are servers, requestTimeout, maxPending, maxValueBytes, username",
    ],
    [{ servers: ["one"], passwrod: "secret" }, "unknown option passwrod; there are"],
    [{ servers: ["one"], requestTimeout: 0 }, "requestTimeout must be a positive integer of milliseconds, got 0"],
    [{ servers: ["one"], requestTimeout: Number.POSITIVE_INFINITY }, "requestTimeout must be"],
    [{ servers: ["one"], maxPending: 1.5 }, "maxPending must be a positive integer, got 1.5"],
    [{ servers: ["one"], maxValueBytes: "1m" }, "maxValueBytes must be a positive integer up to 1 GiB, got '1m'"],
    [{ servers: ["one"], username: "alice" }, "password must be a string"],
    [{ servers: ["one"], password: "secret" }, "username must be a string"],
    [{ servers: ["one"], username: "a:b", password: "secret" }, "username must be a string without spaces, colons"],
    [{ servers: ["one"], username: "alice", password: "secret\r\nflush_all" }, "without spaces or control characters"],
    [{ servers: ["one"], username: "alice", password: "secret".repeat(50) }, "at most 253 bytes together"],
    [{ servers: ["one"], username: "alice", password: "a secret" }, "without spaces or control characters"],
    [{ servers: ["one"], tls: "yes" }, "tls must be true, false or options of tls.connect, got string"],
    [{ servers: ["one"], tls: { ca: 5 } }, "tls has options that tls.connect does not take"],
    [{ servers: ["one"], tls: { key: "secret" } }, "tls has options that tls.connect does not take"],
  ])("are refused as %j", (options, complaint) => {
    const read = () => readOptions(options as unknown as MemcachedBackendOptions)
    expect(read).toThrow(TypeError)
    expect(read).toThrow(complaint)
    expect(read).not.toThrow("secret")
  })
})
