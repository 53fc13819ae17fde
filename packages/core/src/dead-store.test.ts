import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import type { Backend } from "./backend.js"
import { Cache } from "./cache.js"
import type { GetOrSetOptions } from "./call-options.js"
import { BackendError } from "./errors.js"

const LIMIT = 1_000
/** The clock of deadlines ticks ten times within the limit, and a wait may begin between two ticks. */
const LIMIT_AND_TICKS = 1_200

beforeEach(() => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A store that takes calls and never answers one. */
function silent(): Backend {
  const never = () => new Promise<never>(() => undefined)
  const calls = { get: never, set: never, delete: never, add: never, deleteIfEqual: never, replaceIfEqual: never }
  return Object.assign(new MapBackend({ remote: true }), calls)
}

const ways: readonly (readonly [string, GetOrSetOptions])[] = [
  ["without options", {}],
  ["with tags", { tags: ["t"] }],
  ["under a lease", { lock: true }],
  [
    "under a lease, with tags and stale times",
    { lock: true, tags: ["t"], staleFor: 60, staleIfError: 60, early: true },
  ],
]

describe("a store that does not answer", () => {
  it.each(ways)("is waited for once by getOrSet %s", async (_, options) => {
    vi.useFakeTimers()
    const cache = new Cache(silent())
    const given = Promise.all(
      [cache, cache.namespace("a"), cache.namespace("a").namespace("b")].map((view) =>
        view.getOrSet("k", () => "computed", options),
      ),
    )
    await vi.advanceTimersByTimeAsync(LIMIT_AND_TICKS)
    expect(await given).toEqual(["computed", "computed", "computed"])
  })

  it("is waited for once by getOrSetMany", async () => {
    vi.useFakeTimers()
    const cache = new Cache(silent())
    const produce = (keys: readonly string[]) => keys.map((key) => [key, "computed"] as const)
    const given = Promise.all(
      [cache, cache.namespace("a")].map((view) => view.getOrSetMany(["k"], produce, { tags: ["t"] })),
    )
    await vi.advanceTimersByTimeAsync(LIMIT_AND_TICKS)
    expect(await given).toEqual([new Map([["k", "computed"]]), new Map([["k", "computed"]])])
  })

  it("is waited for once by the clear of a namespace, which is one write", async () => {
    vi.useFakeTimers()
    const cleared = expect(new Cache(silent()).namespace("a").clear()).rejects.toThrow(`within ${LIMIT} ms`)
    await vi.advanceTimersByTimeAsync(LIMIT_AND_TICKS)
    await cleared
  })

  it("does not hold up a lock that was taken, and must be given back", async () => {
    vi.useFakeTimers()
    const backend = new MapBackend({ remote: true })
    vi.spyOn(backend, "incr").mockReturnValue(new Promise<never>(() => undefined))
    vi.spyOn(backend, "deleteIfEqual").mockReturnValue(new Promise<never>(() => undefined))
    const refused = expect(new Cache(backend).lock("door")).rejects.toThrow(BackendError)
    await vi.advanceTimersByTimeAsync(2 * LIMIT_AND_TICKS)
    await refused
  })
})

describe("a store that fails", () => {
  it.each(ways)("is asked for nothing more by getOrSet %s, and keeps what it has", async (_, options) => {
    const backend = new MapBackend()
    const cache = new Cache(backend)
    backend.failure = new Error("reset")
    const given = cache.getOrSet("k", () => "a", options)
    expect(await given).toBe("a")
    expect(backend.calls).toEqual(["get"])
    backend.failure = undefined
    expect(await cache.getOrSet("k", () => "b", options)).toBe("b")
    expect(await cache.get("k")).toBe("b")
  })

  it("lets a crowd in a namespace share one producer, whether its generation was known or not", async () => {
    const backend = new MapBackend()
    const cache = new Cache(backend)
    await cache.namespace("known").set("other", 1)
    backend.failure = new Error("down")
    for (const name of ["known", "unknown"]) {
      let runs = 0
      const produce = async () => {
        runs++
        await new Promise((resolve) => setImmediate(resolve))
        return runs
      }
      const crowd = Array.from({ length: 100 }, () => cache.namespace(name).getOrSet("k", produce))
      expect(new Set(await Promise.all(crowd))).toEqual(new Set([1]))
    }
  })

  it("gives nobody after a clear of the namespace what was begun before it", async () => {
    const backend = new MapBackend()
    const cache = new Cache(backend).namespace("a")
    backend.failure = new Error("down")
    let finish = (_value: string): void => undefined
    const begun = new Promise<string>((resolve) => {
      finish = resolve
    })
    const before = cache.getOrSet("k", () => begun)
    await new Promise((resolve) => setImmediate(resolve))
    backend.failure = undefined
    await cache.clear()
    backend.failure = new Error("down again")
    expect(await cache.getOrSet("k", () => "after")).toBe("after")
    finish("before")
    expect(await before).toBe("before")
  })
})
