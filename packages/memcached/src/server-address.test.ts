import { describe, expect, it } from "vitest"
import { parseServerAddress } from "./server-address.js"

describe("the address of a server", () => {
  it.each([
    ["127.0.0.1:11311", "127.0.0.1", 11311, "127.0.0.1:11311"],
    ["cache.example", "cache.example", 11211, "cache.example:11211"],
    ["[::1]:11311", "::1", 11311, "[::1]:11311"],
    ["[fe80::1]", "fe80::1", 11211, "[fe80::1]:11211"],
  ])("is read from %s", (text, host, port, name) => {
    expect(parseServerAddress(text)).toEqual({ place: { host, port }, name })
  })

  it.each(["unix:/run/memcached.sock", "/run/memcached.sock"])("is the path of a Unix socket in %s", (text) => {
    expect(parseServerAddress(text)).toEqual({ place: { path: "/run/memcached.sock" }, name: "/run/memcached.sock" })
  })

  it.each([
    "",
    "unix:",
    "unix:memcached.sock",
    ":11211",
    "host:",
    "host:0",
    "host:65536",
    "host:1e3",
    "::1",
    "a b",
    "memcached://host",
    "user:secret@host",
    undefined,
    11211,
  ])("is refused as %j, without showing a password", (text) => {
    const read = () => parseServerAddress(text as string)
    expect(read).toThrow(TypeError)
    expect(read).toThrow("host:port")
    expect(read).not.toThrow("secret")
  })
})
