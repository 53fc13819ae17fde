import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { keyOf } from "./key-of.js"
import { type WrapOptions, type WrappedFillOptions, type WrappingCache, wrap } from "./wrap.js"

function setUp() {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend) }
}

/** Notes what it is asked and keeps nothing. */
function noting(): WrappingCache & { readonly asked: unknown[] } {
  const asked: unknown[] = []
  return {
    asked,
    async getOrSet(key, produce, options: WrappedFillOptions) {
      asked.push(["getOrSet", key, options])
      return produce()
    },
    async delete(key, options) {
      asked.push(["delete", key, options])
      return true
    },
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe("a wrapped function", () => {
  it("runs once for the same arguments, and once for each other", async () => {
    const { cache } = setUp()
    const find = vi.fn(async (id: number | string, how?: { deep: boolean }) => ({ id, how: how ?? null }))
    const cached = wrap(cache, find, { name: "find" })
    expect(await cached(1)).toEqual({ id: 1, how: null })
    expect(await cached(1)).toEqual({ id: 1, how: null })
    expect(find).toHaveBeenCalledTimes(1)
    expect(await cached("1")).toEqual({ id: "1", how: null })
    expect(await cached(1, { deep: true })).toEqual({ id: 1, how: { deep: true } })
    expect(await cached(1, { deep: false })).toEqual({ id: 1, how: { deep: false } })
    expect(find).toHaveBeenCalledTimes(4)
  })

  it("is shared by callers who ask at the same time", async () => {
    const { cache } = setUp()
    const find = vi.fn(async (id: number) => id * 2)
    const cached = wrap(cache, find, { name: "find" })
    const answers = await Promise.all(Array.from({ length: 100 }, () => cached(21)))
    expect(new Set(answers)).toEqual(new Set([42]))
    expect(find).toHaveBeenCalledTimes(1)
  })

  it("may be a plain function, and rejects with what it throws, storing nothing", async () => {
    const { backend, cache } = setUp()
    const cached = wrap(
      cache,
      (fail: boolean) => {
        if (fail) throw new RangeError("no")
        return 5
      },
      { name: "plain" },
    )
    expect(await cached(false)).toBe(5)
    await expect(cached(true)).rejects.toThrow(new RangeError("no"))
    expect(backend.entries.size).toBe(1)
  })

  it("rejects for arguments of which no key can be made, and does not run", async () => {
    const { cache } = setUp()
    const find = vi.fn(async (options: { done: () => number }) => options.done())
    const cached = wrap(cache, find, { name: "find" })
    const promise = cached({ done: () => 1 })
    await expect(promise).rejects.toThrow(new TypeError("arguments[0].done is a function"))
    await expect(cached.invalidate({ done: () => 1 })).rejects.toThrow("arguments[0].done is a function")
    expect(() => cached.key({ done: () => 1 })).toThrow("arguments[0].done is a function")
    expect(find).not.toHaveBeenCalled()
  })

  it("gets its this, which does not count", async () => {
    const { cache } = setUp()
    class Repository {
      readonly table: string
      constructor(table: string) {
        this.table = table
      }
      load = wrap(cache, (id: number) => `${this.table}:${id}`, { name: "own" })
    }
    const method = wrap(
      cache,
      function (this: Repository, id: number) {
        return `${this.table}:${id}`
      },
      { name: "method" },
    )
    const users = Object.assign(new Repository("users"), { method })
    const posts = Object.assign(new Repository("posts"), { method })
    expect(await users.method(1)).toBe("users:1")
    expect(await posts.method(1)).toBe("users:1")
    expect(await posts.method(2)).toBe("posts:2")
    expect(await users.load(1)).toBe("users:1")
  })
})

describe("its entries", () => {
  it("are the same whether an argument is left out or undefined, where the function names it", () => {
    const { cache } = setUp()
    const named = wrap(cache, async (id: number, _how?: string) => id, { name: "named" })
    expect(named.key(1, undefined)).toBe(named.key(1))
    expect(named.key(1)).toBe(`named:${keyOf([1])}`)
    const rest = wrap(cache, async (...ids: (number | undefined)[]) => ids.length, { name: "rest" })
    expect(rest.key(1, undefined)).not.toBe(rest.key(1))
    expect(rest.key(undefined)).not.toBe(rest.key())
  })

  it("have the key that key() gives: the name and a hash of the arguments", async () => {
    const { cache } = setUp()
    const cached = wrap(cache, async function loadUser(id: number, _more?: string) {
      return id
    })
    expect(cached.name).toBe("loadUser")
    expect(cached.key(7)).toBe(`loadUser:${keyOf([7])}`)
    expect(cached.key(7, "x")).not.toBe(cached.key(7))
    await cached(7)
    expect(await cache.get(cached.key(7))).toBe(7)
  })

  it("are removed one by one", async () => {
    const { cache } = setUp()
    const load = vi.fn(async (id: number) => id)
    const cached = wrap(cache, load, { name: "load" })
    await cached(1)
    await cached(2)
    expect(await cached.invalidate(1)).toBe(true)
    expect(await cached.invalidate(1)).toBe(false)
    await cached(1)
    await cached(2)
    expect(load).toHaveBeenCalledTimes(3)
  })

  it("expire as the options or a plain timeout say", async () => {
    const { backend, cache } = setUp()
    const load = vi.fn(async (id: number) => id)
    for (const timeout of [30, "30s"] as const) {
      const cached = wrap(cache, load, { name: `load for ${timeout}`, timeout })
      await cached(1)
      backend.now += 29_999
      await cached(1)
      backend.now += 1
      await cached(1)
    }
    expect(load).toHaveBeenCalledTimes(4)
    const noted = noting()
    await wrap(noted, async function byTimeout() {}, "5m")()
    await wrap(noted, async function never() {}, null)()
    await wrap(noted, async function byDefault() {})()
    expect(noted.asked.map((call) => (call as unknown[])[2])).toEqual([{ timeout: "5m" }, { timeout: null }, {}])
  })

  it("have the version and the other options of getOrSet", async () => {
    const noted = noting()
    const cached = wrap(noted, async (id: number) => id, { name: "load", version: 3, timeout: 5 })
    await cached(1)
    await cached.invalidate(1)
    expect(noted.asked).toEqual([
      ["getOrSet", cached.key(1), { version: 3, timeout: 5 }],
      ["delete", cached.key(1), { version: 3 }],
    ])
  })

  it("count only what key chooses", async () => {
    const { cache } = setUp()
    const load = vi.fn(async (id: number, _request: () => void) => id)
    const cached = wrap(cache, load, { name: "load", key: (id) => [id] })
    await cached(1, () => {})
    await cached(1, () => {})
    expect(load).toHaveBeenCalledTimes(1)
    expect(cached.key(1, () => {})).toBe(`load:${keyOf([1])}`)
    const wrong = wrap(cache, load, { name: "wrong", key: ((id: number) => id) as unknown as (id: number) => number[] })
    await expect(wrong(1, () => {})).rejects.toThrow("key must be a function that returns an array; it returned 1")
    const deep = wrap(cache, load, { name: "deep", key: (_id, request) => [request] })
    await expect(deep(1, () => {})).rejects.toThrow("key()[0] is a function")
  })

  it("have tags, given or made from the arguments", async () => {
    const noted = noting()
    const list = wrap(noted, async (id: number) => id, { name: "list", tags: ["users"], timeout: 9 })
    const made = wrap(noted, async (id: number) => id, { name: "made", tags: (id) => [`user:${id}`] })
    await list(7)
    await made(7)
    expect(noted.asked).toEqual([
      ["getOrSet", list.key(7), { timeout: 9, tags: ["users"] }],
      ["getOrSet", made.key(7), { tags: ["user:7"] }],
    ])
  })
})

describe("names", () => {
  it.each([
    [
      "an arrow",
      (
        () => async () =>
          1
      )(),
      '""',
    ],
    [
      "a bound function",
      function load() {
        return 1
      }.bind(null),
      '"bound load"',
    ],
    ["a default export", Object.defineProperty(() => 1, "name", { value: "default" }), '"default"'],
  ])("are asked for where there is none: %s", (_what, fn, shown) => {
    const message = `wrap needs a name for its keys, the function is called ${shown}: give { name }`
    expect(() => wrap(setUp().cache, fn)).toThrow(new TypeError(message))
    expect(wrap(setUp().cache, fn, { name: "load" }).key()).toBe(`load:${keyOf([])}`)
  })

  it("that two functions of one cache share are told of once, unless they were given", () => {
    const warnings: unknown[] = []
    vi.spyOn(process, "emitWarning").mockImplementation((message, options) => {
      warnings.push([message, options])
    })
    const { cache } = setUp()
    const load = async (): Promise<number> => 1
    wrap(cache, load)
    wrap(setUp().cache, load)
    for (let time = 0; time < 3; time++) wrap(cache, load, { name: "load" })
    expect(warnings).toEqual([])
    wrap(cache, async function load() {})
    wrap(cache, load)
    expect(warnings).toEqual([
      [
        "More than one function called load was wrapped, and they share their entries: give each a { name }",
        { type: "LarderWarning", code: "LARDER_NAME" },
      ],
    ])
  })
})

describe("wrong arguments", () => {
  it.each([
    [5, {}, "wrap needs a function; got 5"],
    [undefined, {}, "wrap needs a function; got undefined"],
    [() => 1, { name: "" }, 'name must be a non-empty string; got ""'],
    [() => 1, { name: 5 }, "name must be a non-empty string; got 5"],
    [() => 1, { name: "n", key: ["id"] }, "key must be a function that selects parts of the arguments; got an array"],
    [() => 1, { name: "n", signal: AbortSignal.abort() }, "wrap takes no signal: it would end every later call too"],
  ])("are refused at once (%#)", (fn, options, message) => {
    expect(() => wrap(setUp().cache, fn as () => number, options as WrapOptions<[]>)).toThrow(new TypeError(message))
  })
})
