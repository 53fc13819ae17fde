import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { CopiesBackend, cloningCodec } from "../test/copies-backend.js"
import { MapBackend } from "../test/map-backend.js"
import type { Backend } from "./backend.js"
import { Cache } from "./cache.js"
import { BackendError } from "./errors.js"

const full = new Error("OOM command not allowed")
const refused = new Error("connection refused")
/** The breaker's first pause, and how long a store refuses nothing until its refusals are over. */
const PAUSE = 500
const REFUSALS_END_AFTER = 60_000

let warnings: string[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] })
  warnings = []
  vi.spyOn(process, "emitWarning").mockImplementation((message, options) => {
    warnings.push(`${(options as unknown as { code: string }).code}: ${String(message)}`)
  })
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A store over a network that refuses to be written while it is full. */
class FullBackend extends MapBackend {
  isFull = true

  constructor() {
    super({ remote: true })
  }

  isRefusal(error: unknown): boolean {
    return error === full
  }

  override async set(...args: Parameters<MapBackend["set"]>): Promise<void> {
    if (this.isFull) this.calls.push("set")
    if (this.isFull) throw this.failure ?? full
    await super.set(...args)
  }
}

function setUp() {
  const store = new FullBackend()
  return { store, cache: new Cache(store) }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it("warnings show no password of a URL in the message of the client", async () => {
  const { store, cache } = setUp()
  store.failure = new Error("cannot reach redis://ada:secret@db:6379")
  await cache.get("k")
  expect(warnings).toEqual([expect.stringMatching(/^LARDER_OUTAGE: .*cannot reach redis:\/\/\*\*\*@db:6379$/)])
})

describe("a store that refuses what it is asked", () => {
  it("is asked for everything else, however often it refuses", async () => {
    const { store, cache } = setUp()
    await cache.add("kept", 1)
    for (let call = 0; call < 20; call++) await cache.set("k", call)
    expect(store.calls.filter((name) => name === "set")).toHaveLength(20)
    expect(await cache.get("kept")).toBe(1)
    expect(await cache.incr("kept")).toBe(2)
  })

  it("means the same to the caller as one that fails", async () => {
    const { store, cache } = setUp()
    expect(await cache.set("k", 1)).toBeUndefined()
    expect(await cache.setMany({ a: 1, b: 2 })).toEqual(["a", "b"])
    const throwing = new Cache(store, { onError: "throw" })
    await expect(throwing.set("k", 1)).rejects.toThrow(BackendError)
    await expect(throwing.set("k", 1)).rejects.toMatchObject({ code: "LARDER_BACKEND", cause: full })
  })

  it("does not serve what it refused to have replaced, and has it removed, once a second at most", async () => {
    const { store, cache } = setUp()
    store.isFull = false
    await cache.setMany({ a: "old", b: "old" })
    store.isFull = true
    await cache.set("a", "new")
    expect(await cache.get("a")).toBeUndefined()
    await settled()
    expect([...store.entries.keys()]).toEqual([":1:b"])
    await cache.set("b", "new")
    expect(await cache.get("b")).toBeUndefined()
    await settled()
    expect(store.entries.size).toBe(1)
    vi.advanceTimersByTime(1_000)
    await cache.get("other")
    await settled()
    expect(store.entries.size).toBe(0)
  })

  it("is not asked at each answer to remove what it refuses to remove", async () => {
    const { store, cache } = setUp()
    const removing = vi.spyOn(store, "delete").mockRejectedValue(full)
    await cache.set("k", 1)
    for (let call = 0; call < 10; call++) {
      await cache.get("other")
      await settled()
    }
    expect(removing).toHaveBeenCalledTimes(1)
  })

  it("is warned of once, until it has refused nothing for a minute", async () => {
    const { store, cache } = setUp()
    for (let minute = 0; minute < 5; minute++) {
      await cache.set("k", 1)
      await cache.get("k")
      vi.advanceTimersByTime(REFUSALS_END_AFTER - 1)
    }
    expect(warnings).toEqual([expect.stringMatching(/^LARDER_REFUSAL: .*"map" responds, but refuses .*OOM command/)])
    vi.advanceTimersByTime(REFUSALS_END_AFTER)
    await cache.set("k", 1)
    expect(warnings).toHaveLength(2)
    store.failure = refused
    await cache.get("k")
    expect(warnings).toEqual([expect.anything(), expect.anything(), expect.stringMatching(/^LARDER_OUTAGE: /)])
  })

  it("is up: a refusal ends an outage", async () => {
    const { store, cache } = setUp()
    await cache.add("kept", 1)
    store.failure = refused
    for (let call = 0; call < 5; call++) await cache.get("k")
    store.failure = undefined
    store.calls.length = 0
    expect(await cache.get("kept")).toBeUndefined()
    vi.advanceTimersByTime(PAUSE)
    await cache.set("k", 1)
    expect(store.calls).toEqual(["set"])
    expect(await cache.get("kept")).toBe(1)
  })

  it("is still one that is down when it says nothing else for five calls", async () => {
    const { store, cache } = setUp()
    await cache.set("k", 1)
    store.failure = refused
    for (let call = 0; call < 5; call++) await cache.get("k")
    store.calls.length = 0
    await cache.get("k")
    expect(store.calls).toEqual([])
  })

  it("is asked for the rest behind copies, too", async () => {
    const store = new FullBackend()
    const tiers = Object.assign(new CopiesBackend(store as Backend, cloningCodec), {
      isRefusal: (error: unknown) => store.isRefusal(error),
    })
    const cache = new Cache(tiers)
    await cache.add("kept", 1)
    for (let call = 0; call < 20; call++) await cache.set("k", call)
    expect(await cache.get("kept")).toBe(1)
    expect(warnings).toHaveLength(1)
  })
})
