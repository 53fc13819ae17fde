import { describe, expect, it } from "vitest"
import type { LocmemStoreOptions } from "./locmem-options.js"
import { LocmemStore } from "./locmem-store.js"

describe("options", () => {
  it.each([
    [{ maxEntries: 0 }, "maxEntries must be a positive integer or Infinity; got 0"],
    [{ maxEntries: 1.5 }, "maxEntries must be a positive integer or Infinity; got 1.5"],
    [{ maxEntries: Number.NaN }, "maxEntries must be a positive integer or Infinity; got NaN"],
    [{ maxBytes: -1 }, "maxBytes must be a positive integer or Infinity; got -1"],
    [{ maxBytes: "1 MB" }, "maxBytes must be a positive integer or Infinity; got 1 MB"],
    [{ isolation: "clone" }, "isolation must be one of copy, freeze, reference; got clone"],
    [{ isolation: "toString" }, "isolation must be one of copy, freeze, reference; got toString"],
    [{ maxEntires: 5 }, "Unknown option maxEntires; a LocmemStore takes maxEntries, maxBytes, isolation, now"],
    [{ now: 5 }, "now must be a function that returns milliseconds; got 5"],
    [
      { maxEntries: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY },
      "Either maxEntries or maxBytes must be finite",
    ],
  ])("%o is refused", (options, message) => {
    const construct = () => new LocmemStore(options as unknown as LocmemStoreOptions)
    expect(construct).toThrow(TypeError)
    expect(construct).toThrow(message)
  })

  it("has room for 10,000 entries by default", () => {
    const store = new LocmemStore()
    for (let number = 0; number <= 10_000; number++) store.set(`key:${number}`, number)
    expect(store.stats().entries).toBe(10_000)
  })

  it("has room for 128 MiB by default", () => {
    const store = new LocmemStore()
    const megabyte = "x".repeat(512 * 1024)
    for (let number = 0; number < 130; number++) store.set(`key:${number}`, megabyte)
    expect(store.stats().entries).toBe(127)
  })
})
