import { describe, expect, it } from "vitest"
import { checkBackendOptions, type KeyvBackendOptions } from "./backend-options.js"

describe("the options of a KeyvBackend", () => {
  it("may all be left out, or undefined", () => {
    expect(() => checkBackendOptions({})).not.toThrow()
    expect(() => checkBackendOptions({ remote: undefined } as unknown as KeyvBackendOptions)).not.toThrow()
  })

  it.each([
    [{ persistant: true }, "Unknown option persistant; a KeyvBackend takes remote, persistent"],
    [null, "The options of a KeyvBackend must be an object; got null"],
    [{ remote: "no" }, "remote must be true or false; got 'no'"],
    [{ maxKeyBytes: 0 }, "maxKeyBytes must be a positive integer, or Infinity for no limit; got 0"],
    [{ maxAdapterTtl: "30d" }, "maxAdapterTtl must be a positive integer"],
    [{ now: 5 }, "now must be a function that returns milliseconds; got 5"],
  ])("are refused when they are wrong: %j", (options, message) => {
    expect(() => checkBackendOptions(options as unknown as KeyvBackendOptions)).toThrow(new RegExp(`^${message}`))
    expect(() => checkBackendOptions(options as unknown as KeyvBackendOptions)).toThrow(TypeError)
  })
})
