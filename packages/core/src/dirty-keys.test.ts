import { setTimeout as delay } from "node:timers/promises"
import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { BackendError, KeyNotFoundError } from "./errors.js"

function setUp() {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend), other: new Cache(backend) }
}

/** Lets the background work of a store that is back run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Fails these operations, and no others. */
function failOn(backend: MapBackend, ...names: string[]): void {
  for (const name of names) Object.assign(backend, { [name]: () => Promise.reject(new Error("reset")) })
}

function mend(backend: MapBackend, ...names: string[]): void {
  for (const name of names) Reflect.deleteProperty(backend, name)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe("an entry that could not be overwritten or removed", () => {
  it("is not served any more, and is removed when the store is back", async () => {
    const { backend, cache, other } = setUp()
    await cache.setMany({ a: "old", b: "old", c: "old", d: "old" })
    failOn(backend, "set", "delete")
    await cache.set("a", "new")
    await expect(cache.delete("b")).rejects.toThrow(BackendError)
    await cache.setMany({ c: "new" })
    expect(await cache.get("a")).toBeUndefined()
    expect(await cache.has("b")).toBe(false)
    expect(await cache.getMany(["a", "b", "c", "d"])).toEqual(new Map([["d", "old"]]))
    expect(await other.get("a")).toBe("old")
    mend(backend, "set", "delete")
    await cache.get("d")
    await settled()
    expect(await other.getMany(["a", "b", "c", "d"])).toEqual(new Map([["d", "old"]]))
  })

  it("is one again when a write or removal of it succeeds", async () => {
    const { backend, cache } = setUp()
    await cache.set("k", "old")
    failOn(backend, "set", "delete")
    await cache.set("k", "lost")
    mend(backend, "set")
    await cache.set("k", "new")
    expect(await cache.get("k")).toBe("new")
  })

  it("does not count for what the store decides, and what is added in its place stays", async () => {
    const { backend, cache, other } = setUp()
    for (const key of ["added", "counted", "touched"]) await cache.set(key, 5)
    failOn(backend, "delete")
    await expect(cache.deleteMany(["added", "counted", "touched"])).rejects.toThrow(BackendError)
    mend(backend, "delete")
    expect(await cache.touch("touched", 60)).toBe(false)
    await expect(cache.incr("counted")).rejects.toThrow(KeyNotFoundError)
    expect(await cache.add("added", "new")).toBe(true)
    await settled()
    expect(await cache.get("added")).toBe("new")
    expect(await other.getMany(["added", "counted", "touched"])).toEqual(new Map([["added", "new"]]))
  })

  it.each(["cache", "namespace"])("and was lost by the store does not end a lock made by add: %s", async (kind) => {
    const { backend, ...caches } = setUp()
    const [cache, other] = [caches.cache, caches.other].map((each) => (kind === "cache" ? each : each.namespace("n")))
    expect(await cache?.add("lock", 1)).toBe(true)
    backend.failure = new Error("down")
    await expect(cache?.delete("lock")).rejects.toThrow(BackendError)
    if (kind === "cache") backend.entries.clear()
    backend.failure = undefined
    expect(await cache?.add("lock", 2)).toBe(true)
    await settled()
    expect(await other?.add("lock", 3)).toBe(false)
    expect(await cache?.get("lock")).toBe(2)
  })

  it("is removed once, before what is added in its place", async () => {
    const { backend, cache, other } = setUp()
    await cache.setMany({ k: "old", l: "other" })
    failOn(backend, "delete")
    await expect(cache.delete("k")).rejects.toThrow(BackendError)
    let proceed = (): void => undefined
    const allowed = new Promise<void>((resolve) => {
      proceed = resolve
    })
    const remove = MapBackend.prototype.delete.bind(backend)
    Object.assign(backend, { delete: (key: string) => allowed.then(() => remove(key)) })
    await cache.get("l")
    const adding = cache.add("k", "new")
    await settled()
    proceed()
    expect(await adding).toBe(true)
    await settled()
    expect(await other.get("k")).toBe("new")
    expect(backend.calls.filter((name) => name === "delete")).toEqual(["delete"])
  })

  it("that the store takes for ever to remove does not keep others from being removed", async () => {
    const backend = new MapBackend({ remote: true })
    const [cache, other] = [new Cache(backend, { operationTimeout: "30ms" }), new Cache(backend)]
    vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
    await cache.setMany({ k: "old", l: "other" })
    failOn(backend, "delete")
    await expect(cache.delete("k")).rejects.toThrow(BackendError)
    Object.assign(backend, { delete: () => new Promise(() => undefined) })
    await expect(cache.add("k", "new")).rejects.toThrow(BackendError)
    mend(backend, "delete")
    await delay(40)
    await cache.get("l")
    await settled()
    expect(await cache.add("k", "new")).toBe(true)
    expect(await other.get("k")).toBe("new")
  })

  it("is not served in a namespace either", async () => {
    const { backend, cache } = setUp()
    const space = cache.namespace("a")
    await space.set("k", "old")
    backend.failure = new Error("down")
    await space.set("k", "new")
    failOn(backend, "delete")
    backend.failure = undefined
    expect(await space.get("k")).toBeUndefined()
  })

  it("is served when the value was only too large, since the store has dropped the old one then", async () => {
    const { backend, cache } = setUp()
    Object.assign(backend, { set: () => Promise.reject(new RangeError("too large")) })
    await cache.set("k", "large")
    mend(backend, "set")
    await backend.set(":1:k", Buffer.from('"by somebody else"'))
    expect(await cache.get("k")).toBe("by somebody else")
  })

  it("is not served by a read that began before it was removed, and is answered after", async () => {
    const { backend, cache } = setUp()
    const views = [cache, cache.namespace("a")]
    for (const view of views) await view.setMany({ a: "old", b: "old", c: "old" })
    failOn(backend, "delete")
    for (const view of views) await view.deleteMany(["a", "b", "c"]).catch(() => undefined)
    mend(backend, "delete")
    const get = backend.get.bind(backend)
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    Object.assign(backend, { get: (key: string) => get(key).then((read) => held.then(() => read)) })
    const reading = views.map((view) =>
      Promise.all([view.get("a"), view.getMany(["a", "b"]), view.getOrSet("c", "new")]),
    )
    await cache.set("other", 1)
    await settled()
    expect([...backend.entries.keys()].filter((key) => /:[abc]$/.test(key))).toEqual([])
    release()
    for (const answers of await Promise.all(reading)) expect(answers).toEqual([undefined, new Map(), "new"])
  })

  it("stays out of date when it fails to be removed once more while it is being removed", async () => {
    const { backend, cache } = setUp()
    await cache.set("k", "old")
    failOn(backend, "delete")
    await cache.delete("k").catch(() => undefined)
    mend(backend, "delete")
    const remove = backend.delete.bind(backend)
    Object.assign(backend, {
      delete: async (key: string) => {
        failOn(backend, "delete")
        const removed = await remove(key)
        await backend.set(key, Buffer.from('"by somebody else"'))
        await cache.delete("k").catch(() => undefined)
        return removed
      },
    })
    await cache.set("other", 1)
    await settled()
    expect(backend.entries.has(":1:k")).toBe(true)
    expect(await cache.get("k")).toBeUndefined()
  })
})
