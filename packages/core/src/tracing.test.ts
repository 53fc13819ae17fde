import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { DecodeError } from "./errors.js"
import { type Operation, operations } from "./tracing.js"

const unsubscribes: (() => void)[] = []

/** Everything that is published from now on, in the order in which it ends. */
function record() {
  const ended: Operation[] = []
  const errors: unknown[] = []
  const subscribers = {
    asyncEnd: (operation: Operation) => void ended.push(operation),
    error: (operation: Operation) => void errors.push(operation.error),
  }
  operations.subscribe(subscribers)
  unsubscribes.push(() => operations.unsubscribe(subscribers))
  return { ended, errors }
}

afterEach(() => {
  for (const unsubscribe of unsubscribes.splice(0)) unsubscribe()
})

const summary = ({ operation, keys, hits, bytes, ttl, alias, backend }: Operation) =>
  Object.fromEntries(
    Object.entries({ operation, keys, hits, bytes, ttl, alias, backend }).filter(([, value]) => value !== undefined),
  )

describe("the tracing channel", () => {
  it("publishes every operation with what it did", async () => {
    const backend = new MapBackend()
    const cache = new Cache(backend, { alias: "pages", keyPrefix: "news" })
    const { ended } = record()
    await cache.set("k", "value", 60)
    await cache.get("k")
    await cache.get("missing")
    await cache.has("k")
    await cache.setMany({ a: 1, b: 22 }, null)
    await cache.getMany(["a", "x", "b"])
    await cache.add("c", 1)
    await cache.touch("c", 5)
    await cache.incr("c")
    await cache.incrVersion("c")
    await cache.ttl("a")
    await cache.delete("a")
    await cache.deleteMany(["b", "x"])
    for await (const _ of cache.keys("k"));
    await cache.clear()
    const where = { alias: "pages", backend: "map" }
    expect(ended.map(summary)).toEqual([
      { operation: "set", keys: ["k"], bytes: 7, ttl: 60_000, ...where },
      { operation: "get", keys: ["k"], hits: [true], bytes: 7, ...where },
      { operation: "get", keys: ["missing"], hits: [false], bytes: 0, ...where },
      { operation: "has", keys: ["k"], hits: [true], bytes: 7, ...where },
      { operation: "setMany", keys: ["a", "b"], bytes: 3, ttl: null, ...where },
      { operation: "getMany", keys: ["a", "x", "b"], hits: [true, false, true], bytes: 3, ...where },
      { operation: "add", keys: ["c"], bytes: 1, ttl: 300_000, ...where },
      { operation: "touch", keys: ["c"], ttl: 5_000, ...where },
      { operation: "incr", keys: ["c"], ...where },
      { operation: "incrVersion", keys: ["c"], ...where },
      { operation: "ttl", keys: ["a"], ...where },
      { operation: "delete", keys: ["a"], ...where },
      { operation: "deleteMany", keys: ["b", "x"], ...where },
      { operation: "keys", keys: ["k"], ...where },
      { operation: "clear", keys: [], ...where },
    ])
    for (const { duration } of ended) expect(duration).toBeGreaterThanOrEqual(0)
  })

  it("shows a getOrSet with its parts, and the time of the producer where it ran", async () => {
    const cache = new Cache(new MapBackend())
    const { ended } = record()
    await Promise.all([cache.getOrSet("k", async () => 1), cache.getOrSet("k", async () => 2)])
    await cache.getOrSet("k", async () => 3)
    const whole = ended.filter(({ operation }) => operation === "getOrSet")
    expect(whole.map(({ hits }) => hits)).toEqual([[false], [false], [true]])
    expect(whole.filter(({ producer }) => producer !== undefined)).toHaveLength(1)
    const parts = ended.filter(({ operation }) => operation !== "getOrSet")
    expect(parts.map(({ operation }) => operation)).toEqual(["get", "add", "get"])
    for (const { parent } of parts) expect(whole).toContain(parent)
  })

  it("publishes errors, also those that count as a miss", async () => {
    const backend = new MapBackend()
    const cache = new Cache(backend)
    const { ended, errors } = record()
    await backend.set(":1:k", Buffer.from("{broken"))
    expect(await cache.get("k")).toBeUndefined()
    backend.failure = new Error("refused")
    expect(await cache.get("k")).toBeUndefined()
    await expect(cache.delete("k")).rejects.toThrow("refused")
    expect(errors).toHaveLength(3)
    expect(errors[0]).toBeInstanceOf(DecodeError)
    expect(ended[0]).toMatchObject({ hits: [false] })
    for (const error of errors.slice(1)) expect(error).toMatchObject({ code: "LARDER_BACKEND", cause: backend.failure })
  })

  it("publishes an error that ends an iteration over keys", async () => {
    const backend = new MapBackend()
    const cache = new Cache(backend)
    const { ended, errors } = record()
    backend.failure = new Error("refused")
    const iterate = async (): Promise<void> => {
      for await (const _ of cache.keys());
    }
    await expect(iterate()).rejects.toThrow("refused")
    expect(errors).toEqual([expect.objectContaining({ code: "LARDER_BACKEND", cause: backend.failure })])
    expect(ended).toEqual([expect.objectContaining({ operation: "keys", error: errors[0] })])
  })

  it("does not let what a subscriber throws reach the caller", async () => {
    const cache = new Cache(new MapBackend())
    const caught: unknown[] = []
    const onUncaught = (error: unknown): void => {
      caught.push(error)
    }
    const handlers = process.listeners("uncaughtException")
    process.removeAllListeners("uncaughtException")
    process.on("uncaughtException", onUncaught)
    const subscriber = (): never => {
      throw new Error("a bad subscriber")
    }
    operations.start.subscribe(subscriber)
    await cache.set("k", 1)
    expect(await cache.get("k")).toBe(1)
    operations.start.unsubscribe(subscriber)
    await new Promise((resolve) => setImmediate(resolve))
    process.off("uncaughtException", onUncaught)
    for (const handler of handlers) process.on("uncaughtException", handler)
    expect(caught).toHaveLength(2)
  })

  it("does not count the time of subscribers as the operation's", async () => {
    let now = 0
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now)
    const slow = {
      start: () => {
        now += 1_000
      },
    }
    operations.subscribe(slow)
    unsubscribes.push(
      () => operations.unsubscribe(slow),
      () => clock.mockRestore(),
    )
    const { ended } = record()
    await new Cache(new MapBackend()).get("k")
    expect(ended.map(({ duration }) => duration)).toEqual([0])
  })

  it("says which entries a read asked for, and asks for their time left without a trace", async () => {
    const backend = new MapBackend()
    const cache = new Cache(backend, { keyPrefix: "news", version: 2 })
    await cache.set("a", 1, 60)
    await cache.set("b", 2, null)
    await cache.namespace("n").set("a", 3, 30)
    const { ended } = record()

    await cache.get("a")
    await cache.has("a")
    await cache.getMany(["a", "b", "missing"])
    await cache.getOrSet("a", () => 9)
    await cache.getOrSetMany(["a", "b"], () => [])
    await cache.namespace("n").get("a")

    const read = ended.length
    const inNamespace = ended.at(-1)?.finalKeys?.[0]
    expect(ended.filter(({ parent }) => parent === undefined).map(({ finalKeys }) => finalKeys)).toEqual([
      ["news:2:a"],
      ["news:2:a"],
      ["news:2:a", "news:2:b", "news:2:missing"],
      ["news:2:a"],
      ["news:2:a", "news:2:b"],
      [inNamespace],
    ])
    expect(inNamespace).not.toBe("news:2:a")
    const left = async (key = "") => ended.at(-1)?.timeLeft?.(key)
    expect(await left("news:2:a")).toBeLessThanOrEqual(60_000)
    expect(await left("news:2:a")).toBeGreaterThan(50_000)
    expect(await left("news:2:b")).toBeNull()
    expect(await left("news:2:missing")).toBeUndefined()
    expect(await left(inNamespace)).toBeLessThanOrEqual(30_000)
    expect(ended).toHaveLength(read)
    backend.failure = new Error("refused")
    expect(await left("news:2:a")).toBeUndefined()
    backend.failure = undefined
    await cache.close()
    expect(await left("news:2:a")).toBeUndefined()
  })

  it("labels the operations of a view with its layer, and changes nothing else", async () => {
    const cache = new Cache(new MapBackend(), { version: 3, timeout: 60 })
    const pages = cache.withLayer("page")
    const { ended } = record()

    await pages.set("k", 1)
    await cache.get("k")
    await pages.namespace("n").getOrSet("k", () => 2)
    await pages.withVersion(3).get("k")

    expect(ended.map(({ operation, layer }) => [operation, layer])).toEqual([
      ["set", "page"],
      ["get", undefined],
      // In a namespace, a read of its generation comes before the read of the entry.
      ["get", "page"],
      ["get", "page"],
      ["add", "page"],
      ["getOrSet", "page"],
      ["get", "page"],
    ])
    expect(ended.at(-1)?.hits).toEqual([true])
    await pages.close()
    await expect(cache.delete("k")).rejects.toThrow("is closed")
    expect(() => cache.withLayer("")).toThrow(TypeError)
  })

  it("shares a running computation between views with different layers", async () => {
    const cache = new Cache(new MapBackend())
    let runs = 0
    const produce = async () => ++runs

    expect(await Promise.all([cache.withLayer("page").getOrSet("k", produce), cache.getOrSet("k", produce)])).toEqual([
      1, 1,
    ])
  })
})
