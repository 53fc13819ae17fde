import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { BackendError, KeyNotFoundError } from "./errors.js"

function setUp() {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend), other: new Cache(backend) }
}

/** Tokens as a store may lose them. */
function dropTokens(backend: MapBackend): void {
  for (const key of backend.entries.keys()) if (key.startsWith(":~:")) backend.entries.delete(key)
}

afterEach(() => {
  vi.useRealTimers()
})

describe("invalidateTags", () => {
  it("makes misses of all entries with one of the tags, in every process, and of no others", async () => {
    const { cache, other } = setUp()
    await cache.set("a", 1, { tags: ["x", "y"] })
    await cache.set("b", 2, { tags: ["y"] })
    await cache.set("c", 3, { tags: ["z"] })
    await cache.set("d", 4)
    await cache.setMany({ e: 5, f: 6 }, { tags: ["x"] })
    await other.invalidateTags(["x", "unknown"])
    expect(await cache.getMany(["a", "b", "c", "d", "e", "f"])).toEqual(
      new Map([
        ["b", 2],
        ["c", 3],
        ["d", 4],
      ]),
    )
    expect(await cache.has("a")).toBe(false)
    expect(await cache.get("a", { default: "gone" })).toBe("gone")
    await cache.set("a", "again", { tags: ["x"] })
    expect(await other.get("a")).toBe("again")
  })

  it("takes names of any text, and tells each from each", async () => {
    const { cache } = setUp()
    const names = [
      "",
      " ",
      "a",
      "A",
      "a:b",
      "\u0000",
      "\ud800",
      "\udc00",
      "\ufffd",
      "__proto__",
      "x".repeat(10_000),
      "é",
      "e\u0301",
    ]
    for (const name of names) await cache.set(`key ${names.indexOf(name)}`, name, { tags: [name] })
    for (const [index, name] of names.entries()) {
      await cache.invalidateTags([name])
      const left = await cache.getMany(names.map((_, other) => `key ${other}`))
      expect(left.size).toBe(names.length - index - 1)
    }
  })

  it("refuses what is no tag, and more than 64", async () => {
    const { cache } = setUp()
    const many = Array.from({ length: 65 }, (_, index) => `tag ${index}`)
    await expect(cache.set("k", 1, { tags: many })).rejects.toThrow(
      new RangeError("An entry has at most 64 tags; got 65"),
    )
    await cache.set("k", 1, { tags: many.slice(1) })
    expect(await cache.get("k")).toBe(1)
    await cache.invalidateTags(many)
    expect(await cache.get("k")).toBeUndefined()
    await expect(cache.set("k", 1, { tags: "news" as never })).rejects.toThrow(
      'Tags must be an array or other iterable of strings; got "news"',
    )
    await expect(cache.invalidateTags([7 as never])).rejects.toThrow("A tag must be a string; got 7")
  })

  it("rejects when the store fails, since old values may live on", async () => {
    const { backend, cache } = setUp()
    backend.failure = new Error("down")
    await expect(cache.invalidateTags(["x"])).rejects.toThrow(BackendError)
  })
})

describe("an entry with tags", () => {
  it("is a miss when a token is gone", async () => {
    const { backend, cache, other } = setUp()
    await cache.set("k", 1, { tags: ["x"] })
    dropTokens(backend)
    expect(await cache.get("k")).toBeUndefined()
    expect(await other.get("k")).toBeUndefined()
  })

  it("is read with its tokens at once when the process has seen it before", async () => {
    const { backend, cache } = setUp()
    const reads: (readonly string[])[] = []
    Object.assign(backend, {
      getMany: async (keys: readonly string[]) => {
        reads.push(keys)
        return Promise.all(keys.map((key) => MapBackend.prototype.get.call(backend, key)))
      },
    })
    await cache.set("k", "value", { tags: ["x", "y"] })
    await cache.get("k")
    backend.calls.length = 0
    reads.length = 0
    expect(await cache.get("k")).toBe("value")
    expect(reads).toHaveLength(1)
    expect(reads[0]).toHaveLength(3)
    // One round trip also for several callers of one turn, which share the tokens.
    reads.length = 0
    await Promise.all([cache.get("k"), cache.get("k"), cache.getMany(["k", "other"])])
    expect(reads).toHaveLength(1)
    expect(reads[0]).toHaveLength(4)
  })

  it("is judged as one of many that are read in one turn: by its own tags, which are asked for once", async () => {
    const { backend, cache, other } = setUp()
    const names = Array.from({ length: 30 }, (_, index) => `k${index}`)
    const tagsOf = (index: number): string[] => ["site", `of ${index % 3}`]
    for (const [index, name] of names.entries()) await cache.set(name, index, { tags: tagsOf(index) })
    const read = (): Promise<unknown[]> =>
      Promise.all(
        names.map((name, index) =>
          index % 2 === 0 ? cache.get(name) : cache.getOrSet(name, () => "computed", { tags: tagsOf(index) }),
        ),
      )
    await read()
    await other.invalidateTags(["of 1"])
    const get = vi.spyOn(backend, "get")
    const miss = (index: number): unknown => (index % 2 === 0 ? undefined : "computed")
    expect(await read()).toEqual(names.map((_, index) => (index % 3 === 1 ? miss(index) : index)))
    const asked = get.mock.calls.slice(0, names.length + 4).map(([key]) => key)
    expect(new Set(asked).size).toBe(names.length + 4)
    expect(asked.filter((key) => key.startsWith(":~:"))).toHaveLength(4)
  })

  it("is judged by the tags that it has now, whatever it had when this process saw it last", async () => {
    const { cache, other } = setUp()
    await cache.set("k", 1, { tags: ["x", "z"] })
    expect(await cache.get("k")).toBe(1)
    await other.set("k", 2, { tags: ["y", "z"] })
    for (const read of [() => cache.get("k"), () => cache.getOrSet("k", () => 3)]) expect(await read()).toBe(2)
    await other.invalidateTags(["x"])
    expect(await cache.get("k")).toBe(2)
    await other.invalidateTags(["y"])
    expect(await cache.get("k")).toBeUndefined()
    await other.set("k", 4)
    expect(await cache.get("k")).toBe(4)
  })

  it("is none for add, touch, ttl, incr and incrVersion once it is invalidated", async () => {
    const { cache } = setUp()
    await cache.set("k", 1, { tags: ["x"] })
    await cache.invalidateTags(["x"])
    expect(await cache.touch("k", 10)).toBe(false)
    expect(await cache.ttl("k")).toBeUndefined()
    await expect(cache.incr("k")).rejects.toThrow(KeyNotFoundError)
    await expect(cache.incrVersion("k")).rejects.toThrow(KeyNotFoundError)
    expect(await cache.add("k", 2, 0)).toBe(true)
    expect(await cache.add("k", 2)).toBe(true)
    expect(await cache.add("k", 3)).toBe(false)
    expect(await cache.get("k")).toBe(2)
  })

  it("is there for add, touch and ttl while it lives, moves with its tags, and cannot be counted", async () => {
    const { backend, cache } = setUp()
    await cache.set("k", 1, { tags: ["x"], timeout: 60 })
    expect(await cache.add("k", 2)).toBe(false)
    expect(await cache.touch("k", 90)).toBe(true)
    expect(await cache.ttl("k")).toBe(90)
    await expect(cache.incr("k")).rejects.toThrow(
      /The value of "k" is not an integer that the store can count: it carries tags/,
    )
    await cache.incrVersion("k")
    expect(await cache.get("k", { version: 2 })).toBe(1)
    await cache.invalidateTags(["x"])
    expect(await cache.get("k", { version: 2 })).toBeUndefined()
    expect(backend.entries.has(":1:k")).toBe(false)
  })

  it("does not stay in the store for ever", async () => {
    const { cache } = setUp()
    await cache.set("k", 1, { tags: ["x"], timeout: null })
    expect(await cache.ttl("k")).toBe(30 * 86_400)
    await cache.touch("k", null)
    expect(await cache.ttl("k")).toBe(30 * 86_400)
  })

  it("does not stay in the store for ever because it is touched once it is invalidated", async () => {
    const { backend, cache } = setUp()
    await cache.set("k", 1, { tags: ["x"], timeout: 60 })
    await cache.invalidateTags(["x"])
    expect(await cache.touch("k", null)).toBe(false)
    expect(await backend.ttl(":1:k")).toBe(1)
  })

  it("keeps the expiry of a touch if it cannot be read, because another process may be able to", async () => {
    const { backend, cache } = setUp()
    await backend.set(":1:k", Buffer.from([6, 0, 0, 0, 1]), 60_000)
    expect(await cache.touch("k", 90)).toBe(false)
    expect(await backend.ttl(":1:k")).toBe(90_000)
  })

  it("has its tokens renewed as long as somebody writes under them", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { backend, cache } = setUp()
    for (let day = 0; day < 100; day += 20) {
      backend.now = day * 86_400_000
      vi.setSystemTime(backend.now)
      await cache.set(`day ${day}`, day, { tags: ["x"], timeout: null })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await cache.get("day 80")).toBe(80)
    // Written twenty days before, and kept for thirty.
    expect(await cache.get("day 60")).toBe(60)
    expect(await cache.get("day 40")).toBeUndefined()
  })

  it("survives bytes that are no envelope: they are a miss", async () => {
    const { backend, cache } = setUp()
    for (const bytes of [
      [6],
      [6, 0, 0, 0, 9],
      [6, 0, 0, 0, 2, 123, 125],
      [6, 0, 0, 0, 1, 0x78],
      [6, 0, 0, 0, 4, ...Buffer.from("null")],
      [6, 255, 255, 255, 255, 1],
    ]) {
      await backend.set(":1:k", Buffer.from(bytes))
      expect(await cache.get("k")).toBeUndefined()
      expect(await cache.getOrSet("k", () => "made")).toBe("made")
    }
  })
})

describe("a snapshot", () => {
  it("keeps a value from being served that is older than an invalidation", async () => {
    const { cache, other } = setUp()
    const snapshot = await cache.snapshotTags(["known"])
    await other.invalidateTags(["known"])
    await cache.set("k", "old", { tags: ["known"], snapshot })
    expect(await cache.get("k")).toBeUndefined()
  })

  it("keeps a value from being stored when a tag that it did not know may have been invalidated", async () => {
    const { backend, cache, other } = setUp()
    const snapshot = await cache.snapshotTags()
    await cache.set("early", 1, { tags: ["late"], snapshot })
    expect(await cache.get("early")).toBe(1)
    await other.invalidateTags(["any"])
    await cache.set("k", "old", { tags: ["late"], snapshot })
    await cache.setMany({ l: "old" }, { tags: ["late"], snapshot })
    expect(backend.entries.has(":1:k")).toBe(false)
    expect(backend.entries.has(":1:l")).toBe(false)
  })
})

describe("getOrSet with tags", () => {
  it("has those of the call and those that the producer learns", async () => {
    const { cache, other } = setUp()
    let runs = 0
    const ask = (): Promise<number> =>
      cache.getOrSet(
        "k",
        ({ tags }) => {
          tags(["learnt"])
          return ++runs
        },
        { tags: ["given"] },
      )
    expect([await ask(), await ask()]).toEqual([1, 1])
    await other.invalidateTags(["given"])
    expect([await ask(), await ask()]).toEqual([2, 2])
    await other.invalidateTags(["learnt"])
    expect([await ask(), await ask()]).toEqual([3, 3])
  })

  const inners: [string, (cache: Cache, read: () => Promise<string>) => Promise<string | undefined>][] = [
    ["getOrSet", (cache, read) => cache.getOrSet("inner", read, { tags: ["x"] })],
    [
      "getOrSetMany",
      async (cache, read) => {
        const found = await cache.getOrSetMany(["inner"], async () => ({ inner: await read() }), { tags: ["x"] })
        return found.get("inner")
      },
    ],
  ]

  it.each(inners)("takes nothing that %s makes since before an invalidation of another process", async (_, inner) => {
    const { cache, other } = setUp()
    await other.invalidateTags(["x"])
    let database = "old"
    let answer = (): void => undefined
    const slow = new Promise<void>((resolve) => {
      answer = resolve
    })
    const read = async (): Promise<string> => {
      const value = database
      await slow
      return value
    }
    const earlier = inner(cache, read)
    await new Promise((resolve) => setImmediate(resolve))
    database = "new"
    await other.invalidateTags(["x"])
    const outer = (key: string): Promise<string | undefined> =>
      cache.getOrSet(
        key,
        ({ tags }) => {
          tags(["x"])
          return inner(cache, read)
        },
        { tags: [] },
      )
    const outers = [outer("a"), outer("b")]
    await new Promise((resolve) => setImmediate(resolve))
    answer()
    expect(await earlier).toBe("old")
    expect(await Promise.all(outers)).toEqual(["new", "new"])
    expect(await other.getMany(["a", "b"])).toEqual(
      new Map([
        ["a", "new"],
        ["b", "new"],
      ]),
    )
  })

  it("refuses tags that a producer learns when the call has none", async () => {
    const { cache } = setUp()
    await expect(cache.getOrSet("k", ({ tags }) => tags(["x"]))).rejects.toThrow(/Pass tags: \[\]/)
  })

  it("computes, and stores nothing, when the store does not tell what the tags stand for", async () => {
    const { backend, cache } = setUp()
    backend.failure = new Error("down")
    expect(await cache.getOrSet("k", () => 1, { tags: ["x"] })).toBe(1)
  })
})
