import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { BackendError, ProducerTimeoutError } from "./errors.js"

const lock = { lease: "300ms", wait: "2s" } as const

/** Two caches on one store whose clock is that of the process. */
function setUp() {
  const backend = new MapBackend({ remote: true })
  Object.defineProperty(backend, "now", { get: () => Date.now() })
  return { backend, cache: new Cache(backend), other: new Cache(backend) }
}

function deferred<Value>() {
  let resolve = (_value: Value): void => undefined
  const promise = new Promise<Value>((onValue) => {
    resolve = onValue
  })
  return { promise, resolve }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe("a lease", () => {
  it("ends when its producer hangs past timeoutHard, so that others can compute and store", async () => {
    const { cache, other } = setUp()
    const hanging = cache.getOrSet("k", () => new Promise<string>(() => undefined), { lock, timeoutHard: "100ms" })
    const rejected = expect(hanging).rejects.toThrow(ProducerTimeoutError)
    await vi.advanceTimersByTimeAsync(500)
    await rejected
    const making = other.getOrSet("k", () => "made", { lock })
    await vi.advanceTimersByTimeAsync(300)
    expect(await making).toBe("made")
    expect(await other.get("k")).toBe("made")
  })

  it("ends when all callers have left", async () => {
    const { cache, other } = setUp()
    const controller = new AbortController()
    const hang = (): Promise<string> => new Promise(() => undefined)
    const hanging = cache.getOrSet("k", hang, { lock, signal: controller.signal })
    const rejected = expect(hanging).rejects.toThrow("gone")
    await vi.advanceTimersByTimeAsync(100)
    controller.abort(new Error("gone"))
    await rejected
    await vi.advanceTimersByTimeAsync(300)
    const making = other.getOrSet("k", () => "made", { lock })
    await vi.advanceTimersByTimeAsync(300)
    expect(await making).toBe("made")
    expect(await other.get("k")).toBe("made")
  })

  it("ends when the store is down as its value is to be stored", async () => {
    const { backend, cache, other } = setUp()
    const work = deferred<string>()
    const making = cache.getOrSet("k", () => work.promise, { lock })
    await vi.advanceTimersByTimeAsync(10)
    backend.failure = new Error("connection refused")
    for (let call = 0; call < 5; call++) await cache.get("other")
    work.resolve("lost")
    expect(await making).toBe("lost")
    backend.failure = undefined
    await vi.advanceTimersByTimeAsync(600)
    expect(await other.getOrSet("k", () => "made", { lock })).toBe("made")
    expect(await other.get("k")).toBe("made")
  })

  it("ends when the cache was closed meanwhile, and the store is left alone", async () => {
    const { backend, cache } = setUp()
    const work = deferred<string>()
    const making = cache.getOrSet("k", () => work.promise, { lock })
    const rejected = expect(making).rejects.toThrow("closed")
    await vi.advanceTimersByTimeAsync(10)
    await cache.close()
    work.resolve("lost")
    await rejected
    backend.calls.length = 0
    await vi.advanceTimersByTimeAsync(1_000)
    expect(backend.calls).toEqual([])
  })

  it.each(["miss", "throw"] as const)("granted when nobody waits for it any more is released: %s", async (onError) => {
    const { backend, other } = setUp()
    const cache = new Cache(backend, { onError })
    const add = backend.add.bind(backend)
    const granted = deferred<void>()
    vi.spyOn(backend, "add").mockImplementationOnce(async (...args) => {
      await granted.promise
      return add(...args)
    })
    const making = cache.getOrSet("k", () => "unshared", { lock })
    const made =
      onError === "miss" ? expect(making).resolves.toBe("unshared") : expect(making).rejects.toThrow(BackendError)
    await vi.advanceTimersByTimeAsync(1_200)
    await made
    granted.resolve()
    await vi.advanceTimersByTimeAsync(500)
    expect(await other.getOrSet("k", () => "made", { lock })).toBe("made")
    expect(await other.get("k")).toBe("made")
  })

  it("of another process is not waited for when all callers have left: nothing is computed for nobody", async () => {
    const { cache, other } = setUp()
    const work = deferred<string>()
    const making = cache.getOrSet("k", () => work.promise, { lock })
    await vi.advanceTimersByTimeAsync(10)
    const produce = vi.fn(() => "own")
    const waiting = other.getOrSet("k", produce, { lock, timeoutHard: "100ms" })
    const rejected = expect(waiting).rejects.toThrow(ProducerTimeoutError)
    await vi.advanceTimersByTimeAsync(3_000)
    await rejected
    expect(produce).not.toHaveBeenCalled()
    work.resolve("made")
    expect(await making).toBe("made")
  })
})
