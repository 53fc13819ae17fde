import { afterEach, describe, expect, it, vi } from "vitest"
import { bare } from "../test/bare-backend.js"
import { MapBackend } from "../test/map-backend.js"
import type { Backend } from "./backend.js"
import { Cache } from "./cache.js"
import { type CacheSettings, createCaches } from "./create-caches.js"
import { ClosedError, ConfigurationError, NotSupportedError, UnknownAliasError } from "./errors.js"

const at = (location: string): Backend => Object.assign(new MapBackend(), { location })

afterEach(() => {
  vi.restoreAllMocks()
})

describe("createCaches", () => {
  it("builds each cache when it is first asked for, once", async () => {
    const makeDefault = vi.fn(() => new MapBackend())
    const makeOther = vi.fn(() => new MapBackend())
    const caches = createCaches({
      default: { backend: makeDefault, timeout: "15m", keyPrefix: "news" },
      other: { backend: makeOther },
    })
    expect(makeDefault).not.toHaveBeenCalled()
    expect(caches.default).toBe(caches.default)
    expect(caches.use("default")).toBe(caches.default)
    expect(caches.default).toBeInstanceOf(Cache)
    expect(caches.default.alias).toBe("default")
    await caches.default.set("k", 1)
    expect(await caches.default.ttl("k")).toBe(900)
    expect(makeDefault).toHaveBeenCalledTimes(1)
    expect(makeOther).not.toHaveBeenCalled()
  })

  it("lists its aliases without building anything", () => {
    const make = vi.fn(() => new MapBackend())
    const caches = createCaches({ default: { backend: make }, fragments: { backend: make } })
    expect(caches.aliases).toEqual(["default", "fragments"])
    expect(Object.keys(caches)).toEqual(["default", "fragments"])
    expect("fragments" in caches).toBe(true)
    expect("frgments" in caches).toBe(false)
    expect(make).not.toHaveBeenCalled()
  })

  it("lists the known aliases for an unknown one, by property and by name", () => {
    const caches = createCaches({
      default: { backend: () => new MapBackend() },
      pages: { backend: () => new MapBackend() },
    })
    const message = 'There is no cache "frgments". Configured: "default", "pages"'
    expect(() => (caches as unknown as Record<string, unknown>).frgments).toThrow(
      new UnknownAliasError("frgments", ["default", "pages"]),
    )
    expect(() => caches.use("frgments")).toThrow(message)
    expect(() => caches.use("constructor")).toThrow(UnknownAliasError)
    expect(() => caches.use("__proto__")).toThrow(UnknownAliasError)
  })

  it("can be awaited and inspected like any object", async () => {
    const caches = createCaches({ default: { backend: () => new MapBackend() } })
    expect(await caches).toBe(caches)
    expect(() => String(Object.prototype.toString.call(caches))).not.toThrow()
  })

  it("closes the caches that were built, together", async () => {
    const [one, two, three] = [new MapBackend(), new MapBackend(), new MapBackend()]
    const caches = createCaches({
      one: { backend: () => one },
      two: { backend: () => two },
      three: { backend: () => three },
    })
    await caches.one.get("k")
    await caches.two.get("k")
    await caches.close()
    await caches[Symbol.asyncDispose]()
    expect([one, two, three].map(({ calls }) => calls.filter((call) => call === "close").length)).toEqual([1, 1, 0])
    await expect(caches.one.get("k")).rejects.toThrow(ClosedError)
  })

  it("says of a function that makes no backend what it made", () => {
    const caches = createCaches({ pages: { backend: () => null as unknown as Backend } })
    expect(() => caches.pages).toThrow(
      "A cache needs a backend, an object with capabilities, get, set and delete; got null",
    )
  })

  it("builds no cache after it was closed: nobody would close that one", async () => {
    const make = vi.fn(() => new MapBackend())
    const caches = createCaches({ late: { backend: make } })
    await caches.close()
    expect(() => caches.late).toThrow(ClosedError)
    expect(() => caches.use("later")).toThrow(UnknownAliasError)
    expect(make).not.toHaveBeenCalled()
  })

  it("closes the others when one cannot be closed, and tells of it", async () => {
    const [broken, fine] = [new MapBackend(), new MapBackend()]
    const caches = createCaches({ broken: { backend: () => broken }, fine: { backend: () => fine } })
    for (const alias of caches.aliases) caches.use(alias)
    broken.failure = new Error("stuck")
    await expect(caches.close()).rejects.toThrow(AggregateError)
    expect(fine.calls).toEqual(["close"])
  })

  it("says each time why a cache cannot be built", () => {
    const caches = createCaches({
      default: { backend: () => ({ ...bare(new MapBackend()), location: "file:/var/cache" }), lock: true },
    })
    expect(() => caches.default).toThrow(NotSupportedError)
    expect(() => caches.default).toThrow(NotSupportedError)
  })

  it("refuses two aliases whose keys would meet, and takes the same store with two prefixes", () => {
    const caches = createCaches({
      pages: { backend: () => at("file:/var/cache") },
      fragments: { backend: () => at("file:/var/cache") },
      apart: { backend: () => at("file:/var/cache"), keyPrefix: "apart" },
      elsewhere: { backend: () => at("file:/srv/cache") },
    })
    for (const alias of ["pages", "apart", "elsewhere"] as const) expect(caches[alias]).toBeInstanceOf(Cache)
    expect(() => caches.fragments).toThrow(ConfigurationError)
    expect(() => caches.fragments).toThrow(
      'The caches "pages" and "fragments" would overwrite each other: both use file:/var/cache with the keyPrefix ""',
    )
  })

  it.each([
    [{ default: {} }, 'The cache "default" needs backend: a function that makes it; got undefined'],
    [{ default: { backend: new MapBackend() } }, "got an instance of MapBackend"],
    [{ default: undefined }, "got undefined"],
    [{ close: { backend: () => new MapBackend() } }, '"close" cannot be the alias of a cache: the name is taken'],
    [{ default: { backend: () => new MapBackend(), tiemout: 1 } }, "Unknown option tiemout"],
    [{ default: { backend: () => new MapBackend(), alias: "x" } }, "leave out alias"],
  ])("refuses settings that cannot work before anything is built (%#)", (settings, message) => {
    expect(() => createCaches(settings as unknown as Record<string, CacheSettings>)).toThrow(message)
  })
})
