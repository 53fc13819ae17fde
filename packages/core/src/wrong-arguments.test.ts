import { describe, expect, it } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import type { Backend } from "./backend.js"
import type { Serializer } from "./byte-codec.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import type { KeyFunction } from "./keys.js"

describe("wrong arguments from plain JavaScript", () => {
  const cache = new Cache(new MapBackend())
  /** Calls as Django, or another library, takes them. */
  const js = cache as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  const options = "Options are an object, as { version: 2 } or { default: 0 }; got "
  const keys = "Keys are an array or other iterable; got "
  const entries = "Entries are an object, a Map or other pairs of key and value; got "
  const ttl = "There is no option ttl: use timeout, in seconds or with a unit, as in { timeout: 60 }"

  it.each<[string, unknown[], string]>([
    ["get", ["k", "default"], `${options}"default"`],
    ["get", ["k", null], `${options}null`],
    ["has", ["k", 2], `${options}2`],
    ["delete", ["k", 2], `${options}2`],
    ["incr", ["k", 1, 2], `${options}2`],
    ["getMany", [undefined], `${keys}undefined`],
    ["getMany", [{}], `${keys}an object`],
    ["deleteMany", [null], `${keys}null`],
    ["getOrSetMany", [null, () => ({})], `${keys}null`],
    ["setMany", [null], `${entries}null`],
    ["setMany", ["ab"], `${entries}"ab"`],
    ["getOrSetMany", [["k"], () => undefined], `${entries}undefined`],
    ["set", ["k", 1, { ttl: 60_000 }], ttl],
    ["getOrSet", ["k", () => 1, { ttl: "5m", tags: [] }], ttl],
    ["touch", ["k", { ttl: 60 }], ttl],
  ])("%s(%j) is refused, with what is accepted", async (method, args, message) => {
    const called = js[method]?.apply(cache, args)
    await expect(called).rejects.toThrow(TypeError)
    await expect(called).rejects.toThrow(message)
  })
})

describe("setting up", () => {
  it.each([
    [undefined, "got undefined"],
    [MapBackend, "got the function MapBackend"],
    [new Map(), "got an instance of Map"],
    [Promise.resolve(new MapBackend()), "got a promise (is an await missing?)"],
    ["redis://ada:secret@host", "got a string; backendFromUrl of @larder/core/url makes a backend from a URL"],
  ])("on what is no backend is refused, without showing a password: %s", (backend, got) => {
    const message = `A cache needs a backend, an object with capabilities, get, set and delete; ${got}`
    expect(() => new Cache(backend as unknown as Backend<unknown>)).toThrow(new TypeError(message))
  })

  it.each([
    [{ tiemout: 5 }, "Unknown option tiemout; a cache takes alias, timeout, "],
    [{ timeout: Number.NaN }, "A timeout is a number of seconds"],
    [{ version: "1" }, 'A version is an integer; got "1"'],
    [{ onError: "ignore" }, 'onError is "miss" or "throw"; got "ignore"'],
    [{ keyFunction: "hash" }, 'keyFunction is a function of key, prefix and version; got "hash"'],
    [{ keyPrefix: "a:b" }, "keyPrefix must be a string without colons"],
    [{ operationTimeout: 0 }, "operationTimeout must be longer than zero; got 0"],
    [{ alias: 5 }, "alias must be a non-empty string; got 5"],
    [{ serializer: "msgpack" }, 'serializer is "json", or an object with encode and decode; got "msgpack"'],
    [{ serializer: { encode: () => new Uint8Array() } }, "an object with encode and decode; got an object"],
    [null, "The options of a cache are an object; got null"],
    ["15m", 'The options of a cache are an object; got "15m"'],
  ])("refuses %j with a sentence", (options, message) => {
    expect(() => new Cache(new MapBackend(), options as CacheOptions)).toThrow(message)
  })

  it("says of a serializer, or a key function, that gives something else what it gave", async () => {
    const text = { encode: (value: unknown) => JSON.stringify(value), decode: () => undefined } as unknown as Serializer
    const cache = new Cache(new MapBackend(), { serializer: text })
    await expect(cache.set("k", { a: 1 })).rejects.toThrow(
      "encode of the serializer must return a Uint8Array; it returned",
    )
    const keyFunction = (async () => "k") as unknown as KeyFunction
    await expect(new Cache(new MapBackend(), { keyFunction }).get("k")).rejects.toThrow(
      'The key function must return a string; for "k" it returned a promise (is an await missing?)',
    )
  })
})
