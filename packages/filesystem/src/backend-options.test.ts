import { describe, expect, it } from "vitest"
import { type FilesystemBackendOptions, readOptions } from "./backend-options.js"

describe("the options of a filesystem backend", () => {
  it("have defaults, but for the directory", () => {
    expect(readOptions({ directory: "cache" })).toEqual({
      directory: "cache",
      maxEntries: 100_000,
      maxBytes: 1_073_741_824,
      now: Date.now,
      io: "mixed",
    })
  })

  it("may lift one limit", () => {
    expect(readOptions({ directory: "cache", maxEntries: Number.POSITIVE_INFINITY }).maxEntries).toBe(Infinity)
    expect(readOptions({ directory: "cache", maxBytes: Number.POSITIVE_INFINITY }).maxBytes).toBe(Infinity)
  })

  it.each([
    [{}, "directory must be the path of a directory, got undefined"],
    [{ directory: "" }, "directory must be the path of a directory, got ''"],
    [{ directory: "a\0b" }, "directory must be a path without zero bytes"],
    [{ directory: "cache", maxEntries: 0 }, "maxEntries must be a positive integer or Infinity, got 0"],
    [{ directory: "cache", maxEntries: 1.5 }, "maxEntries must be a positive integer or Infinity, got 1.5"],
    [{ directory: "cache", maxBytes: "1 GiB" }, "maxBytes must be a positive integer or Infinity, got '1 GiB'"],
    [{ directory: "cache", maxBytes: Number.NaN }, "maxBytes must be a positive integer or Infinity, got NaN"],
    [
      { directory: "cache", maxEntries: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY },
      "maxEntries or maxBytes must be finite, got Infinity",
    ],
    [{ directory: "cache", maxSize: 5 }, "unknown option maxSize; there are directory, maxEntries, maxBytes, io, now"],
    [{ directory: "cache", now: 5 }, "now must be a function that returns milliseconds, got 5"],
    [{ directory: "cache", io: "sync" }, `io must be "mixed" or "async", got 'sync'`],
  ])("are refused as %j", (options, complaint) => {
    const read = () => readOptions(options as FilesystemBackendOptions)
    expect(read).toThrow(TypeError)
    expect(read).toThrow(complaint)
  })
})
