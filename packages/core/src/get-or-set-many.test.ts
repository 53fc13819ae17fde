import { describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { DeadlockError } from "./errors.js"
import type { ManyProducer } from "./get-or-set-many.js"

/** The clock of the store stands still. */
function setUp() {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend) }
}

function deferred<Value>() {
  let resolve = (_value: Value): void => undefined
  const promise = new Promise<Value>((onValue) => {
    resolve = onValue
  })
  return { promise, resolve }
}

/** Lets everything run that waits for nothing outside. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe("getOrSetMany", () => {
  it("asks the producer once for what is missing, and stores it", async () => {
    const { backend, cache } = setUp()
    await cache.set("a", "there")
    const produce = vi.fn((missing: readonly string[]) =>
      missing.filter((key) => key !== "none").map((key) => [key, `made ${key}`] as const),
    )
    const keys = ["a", "b", "none", "c", "b"]
    const expected = new Map([
      ["a", "there"],
      ["b", "made b"],
      ["c", "made c"],
    ])
    expect(await cache.getOrSetMany(keys, produce, 60)).toEqual(expected)
    expect(produce.mock.calls.map(([missing]) => missing)).toEqual([["b", "none", "c"]])
    expect(await cache.ttl("b")).toBe(60)
    backend.calls.length = 0
    expect(await cache.getOrSetMany(["a", "b", "c"], produce)).toEqual(expected)
    expect(produce).toHaveBeenCalledTimes(1)
  })

  it("waits for what is being computed already, and lets others wait for what it computes", async () => {
    const { cache } = setUp()
    const single = deferred<string>()
    const many = deferred<Record<string, string>>()
    const one = cache.getOrSet("a", () => single.promise)
    await settled()
    const produce = vi.fn((_missing: readonly string[]) => many.promise)
    const both = cache.getOrSetMany(["a", "b"], produce)
    await settled()
    const late = cache.getOrSet("b", () => "never")
    single.resolve("one")
    many.resolve({ b: "two" })
    expect(await both).toEqual(
      new Map([
        ["a", "one"],
        ["b", "two"],
      ]),
    )
    expect([await one, await late]).toEqual(["one", "two"])
    expect(produce.mock.calls.map(([missing]) => missing)).toEqual([["b"]])
  })

  it("stores nothing when the producer throws, or a value cannot be stored", async () => {
    const { backend, cache } = setUp()
    await expect(cache.getOrSetMany(["a"], () => Promise.reject(new Error("no")))).rejects.toThrow("no")
    await expect(cache.getOrSetMany(["a", "b"], () => ({ a: 1 as unknown, b: () => 1 }))).rejects.toThrow(
      "cannot be stored",
    )
    expect(backend.entries.size).toBe(0)
  })

  it("lets the producer decide timeout and tags of each key, and not to store one", async () => {
    const { cache } = setUp()
    const produce: ManyProducer<string> = (missing, context) => {
      context.timeout("b", 10)
      context.tags("c", ["late"])
      context.skip("d")
      return missing.map((key) => [key, `made ${key}`] as const)
    }
    const keys = ["a", "b", "c", "d"]
    const options = { timeout: 60, tags: ["all"] }
    const answer = new Map(keys.map((key) => [key, `made ${key}`]))
    expect(await cache.getOrSetMany(keys, produce, options)).toEqual(answer)
    expect(await Promise.all(keys.map((key) => cache.ttl(key)))).toEqual([60, 10, 60, undefined])
    await cache.invalidateTags(["late"])
    expect([...(await cache.getMany(keys)).keys()]).toEqual(["a", "b"])
    await cache.invalidateTags(["all"])
    expect(await cache.getMany(keys)).toEqual(new Map())
  })

  it("refuses a decision about a key that is not missing, and late tags where the call has none", async () => {
    const { cache } = setUp()
    await expect(cache.getOrSetMany(["a"], (_, context) => [["a", context.skip("b")]])).rejects.toThrow(
      'The producer was not asked for "b"',
    )
    await expect(cache.getOrSetMany(["a"], (_, context) => [["a", context.tags("a", ["t"])]])).rejects.toThrow(
      "Pass tags: []",
    )
  })

  it("does not store under late tags that were invalidated while the producer ran", async () => {
    const { cache } = setUp()
    await cache.getOrSetMany(
      ["a"],
      async (_, context) => {
        await cache.invalidateTags(["late"])
        context.tags("a", ["late"])
        return { a: "old" }
      },
      { tags: [] },
    )
    expect(await cache.has("a")).toBe(false)
  })

  it("sees that its producer waits for one of its own keys, by way of another key", async () => {
    const { cache } = setUp()
    const circle = cache.getOrSetMany(["a", "b"], async () => ({
      a: await cache.getOrSet("c", () => cache.getOrSet("b", () => "never")),
      b: "never",
    }))
    await expect(circle).rejects.toThrow(DeadlockError)
  })

  it("does not store over what was written meanwhile", async () => {
    const { cache } = setUp()
    const many = deferred<Record<string, string>>()
    const both = cache.getOrSetMany(["a", "b"], () => many.promise)
    await settled()
    await cache.set("a", "written")
    many.resolve({ a: "outdated", b: "made" })
    await both
    expect(await cache.getMany(["a", "b"])).toEqual(
      new Map([
        ["a", "written"],
        ["b", "made"],
      ]),
    )
  })

  it("is aborted when nobody waits for any of the values, and not before", async () => {
    const { cache } = setUp()
    const signals: AbortSignal[] = []
    let finish = (_values: Record<string, number>): void => undefined
    const produce: ManyProducer<number> = (_keys, context) => {
      signals.push(context.signal)
      expect(context.signal).toBe(context.signal)
      return new Promise((resolve) => {
        finish = resolve
      })
    }
    const [first, second] = [new AbortController(), new AbortController()]
    const both = cache.getOrSetMany(["a", "b"], produce, { signal: first.signal })
    const rejected = expect(both).rejects.toThrow("first")
    await settled()
    const one = cache.getOrSet("b", () => 0, { signal: second.signal })
    await settled()
    first.abort(new Error("first"))
    await rejected
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    finish({ a: 1, b: 2 })
    expect(await one).toBe(2)

    const again = cache.getOrSetMany(["c", "d"], produce, { signal: second.signal })
    await settled()
    second.abort(new Error("second"))
    await expect(again).rejects.toThrow("second")
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
  })
})
