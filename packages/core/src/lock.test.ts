import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { BackendError, LockError, NotSupportedError } from "./errors.js"

function setUp() {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend), other: new Cache(backend) }
}

afterEach(() => {
  vi.useRealTimers()
})

describe("lock", () => {
  it("keeps others out until it is released", async () => {
    const { cache, other } = setUp()
    const held = await cache.lock("import")
    await expect(other.lock("import", { wait: 0 })).rejects.toThrow(LockError)
    await expect(cache.lock("import", { wait: "20ms" })).rejects.toThrow(
      'The lock "import" is held by somebody else; waited 20 ms',
    )
    expect((await other.lock("export", { wait: 0 })).name).toBe("export")
    expect(await held.release()).toBe(true)
    expect(await held.release()).toBe(true)
    expect(await (await other.lock("import", { wait: 0 })).release()).toBe(true)
  })

  it("is released at the end of a block, also when it throws", async () => {
    const { cache, other } = setUp()
    const work = async (): Promise<void> => {
      await using _held = await cache.lock("import")
      throw new Error("failed")
    }
    await expect(work()).rejects.toThrow("failed")
    await other.lock("import", { wait: 0 })
  })

  it("is released if the store grants it when nobody waits for it any more", async () => {
    const backend = new MapBackend({ remote: true })
    const cache = new Cache(backend, { operationTimeout: "20ms" })
    vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
    const add = backend.add.bind(backend)
    let grant = (): void => undefined
    const granted = new Promise<void>((resolve) => {
      grant = resolve
    })
    vi.spyOn(backend, "add").mockImplementationOnce(async (...args) => {
      await granted
      return add(...args)
    })
    await expect(cache.lock("import")).rejects.toThrow(BackendError)
    grant()
    await new Promise((resolve) => setImmediate(resolve))
    await cache.lock("import", { wait: 0 })
  })

  it("lets one at a time in", async () => {
    const { backend } = setUp()
    let inside = 0
    let most = 0
    let entered = 0
    const work = async (): Promise<void> => {
      const held = await new Cache(backend).lock("counter", { wait: 30 })
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside--
      entered++
      await held.release()
    }
    await Promise.all(Array.from({ length: 10 }, work))
    expect([most, entered]).toEqual([1, 10])
  })

  it("whose time is over is somebody else's, and its late holder cannot release or extend that", async () => {
    const { backend, cache, other } = setUp()
    const late = await cache.lock("import", { timeout: 5 })
    backend.now = 5_000
    const successor = await other.lock("import", { timeout: 5, wait: 0 })
    expect(await late.extend()).toBe(false)
    expect(await late.release()).toBe(false)
    await expect(cache.lock("import", { wait: 0 })).rejects.toThrow(LockError)
    expect(successor.fence).toBeGreaterThan(late.fence as number)
    expect(await successor.extend(60)).toBe(true)
    backend.now = 64_000
    expect(await successor.release()).toBe(true)
    expect(await successor.extend()).toBe(false)
  })

  it("has a fence that grows also when the store forgot it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { backend, cache } = setUp()
    const first = await cache.lock("import")
    await first.release()
    backend.entries.clear()
    vi.advanceTimersByTime(5)
    const second = await cache.lock("import")
    expect(second.fence).toBeGreaterThan(first.fence as number)
    Object.assign(backend, { incr: undefined })
    expect((await cache.lock("other")).fence).toBeUndefined()
  })

  it("survives the clear of its namespace, and is another in another namespace", async () => {
    const { cache, other } = setUp()
    const space = cache.namespace("a")
    await space.lock("import")
    await other.lock("import", { wait: 0 })
    await space.clear()
    await expect(other.namespace("a").lock("import", { wait: 0 })).rejects.toThrow(LockError)
  })

  it("can be waited for no longer than a signal says", async () => {
    const { cache, other } = setUp()
    await cache.lock("import")
    const controller = new AbortController()
    const waiting = other.lock("import", { wait: null, signal: controller.signal })
    controller.abort(new Error("the job was cancelled"))
    await expect(waiting).rejects.toThrow("the job was cancelled")
  })

  it("is refused for what is no name and no time, and where the backend cannot exclude", async () => {
    const { backend, cache } = setUp()
    await expect(cache.lock("")).rejects.toThrow('A lock must have a non-empty name; got ""')
    await expect(cache.lock("k", { timeout: null })).rejects.toThrow(
      "The timeout of a lock must be finite and longer than zero",
    )
    await expect(cache.lock("k", { timeout: 0 })).rejects.toThrow(TypeError)
    Object.assign(backend, { replaceIfEqual: undefined })
    const held = await cache.lock("k")
    await expect(held.extend()).rejects.toThrow(NotSupportedError)
    Object.assign(backend, { deleteIfEqual: undefined })
    await expect(cache.lock("l")).rejects.toThrow("lock is not supported: the map backend has no deleteIfEqual")
  })

  it("rejects when the store fails, and can be released again then", async () => {
    const { backend, cache } = setUp()
    const held = await cache.lock("import")
    backend.failure = new Error("down")
    await expect(cache.lock("other")).rejects.toThrow(BackendError)
    await expect(held.release()).rejects.toThrow(BackendError)
    backend.failure = undefined
    expect(await held.release()).toBe(true)
  })
})
