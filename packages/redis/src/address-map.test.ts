import { describe, expect, it } from "vitest"
import { readAddressMap } from "./address-map.js"

describe("an address map", () => {
  it("finds servers that cannot be reached where they say, and leaves the others there", () => {
    const place = readAddressMap({ "10.0.0.1:6379": "127.0.0.1:7001", "[fd00::1]:6379": "[::1]:7002" })
    expect(place({ host: "10.0.0.1", port: 6379 })).toEqual({ host: "127.0.0.1", port: 7001 })
    expect(place({ host: "fd00::1", port: 6379 })).toEqual({ host: "::1", port: 7002 })
    expect(place({ host: "10.0.0.1", port: 6380 })).toEqual({ host: "10.0.0.1", port: 6380 })
    expect(readAddressMap(undefined)({ host: "one", port: 1 })).toEqual({ host: "one", port: 1 })
  })

  it.each([
    ["text"],
    [null],
    [{ one: "127.0.0.1:7001" }],
    [{ "one:6379": "127.0.0.1" }],
    [{ "one:6379": 7001 }],
    [{ "one:6379": "127.0.0.1:70010" }],
    [{ "one:0": "127.0.0.1:7001" }],
    [{ "one:6379": "redis://127.0.0.1:7001" }],
    [{ "one:6379": "u:secret@host:1" }],
  ])("is refused as %j", (map) => {
    expect(() => readAddressMap(map as Record<string, string>)).toThrow(TypeError)
    expect(() => readAddressMap(map as Record<string, string>)).toThrow("expected addresses mapped to addresses")
  })
})
