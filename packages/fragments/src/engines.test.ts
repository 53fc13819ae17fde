import { Cache, createCaches } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it, vi } from "vitest"
import { deadBackend } from "../test/dead-backend.js"
import { type Engine, engines, type SetUp } from "../test/engines.js"
import { keysOf } from "../test/keys-of.js"
import { RecordingPage } from "../test/recording-page.js"
import type { CacheTag, Template } from "../test/template-part.js"
import { inPage, uncacheable } from "./enclosing.js"
import { makeFragmentKey } from "./fragment-key.js"

function setUp({ make }: Engine, options: Partial<SetUp> = {}) {
  const cache = new Cache(new LocmemBackend())
  let calls = 0
  const helpers = {
    count: (value: unknown) => `${String(value)}${++calls}`,
    mine: (value: unknown) => {
      uncacheable("of a visitor")
      return value
    },
    fail: () => {
      throw new Error("no such thing")
    },
  }
  return { cache, calls: () => calls, render: make({ cache, helpers, ...options }) }
}

const counted: Template = [{ call: "count", of: "id" }]
const cached = (tag: CacheTag, ...body: Template): Template => [{ cached: tag, body }]
const id = { variable: "id" }

describe.each(engines)("every engine: $name", (engine) => {
  it("renders once for each of its arguments, by their types", async () => {
    const { cache, render } = setUp(engine)
    const page = cached({ timeout: 600, name: "stats", vary: [id, "de", 1] }, ...counted, " ")
    for (const given of [7, 8, 7]) await render(page, { id: given })
    expect(await render(page, { id: 7 })).toBe("71 ")
    expect(await render(page, { id: "7" })).toBe("73 ")
    expect(await cache.get(makeFragmentKey("stats", [8, "de", 1]))).toBe("82 ")
  })

  it("takes a timeout from a variable, null for ever, and tags as a text in a list", async () => {
    const { cache, render } = setUp(engine)
    const tagged = cached({ name: "c", named: { tags: { variable: "tags" } } }, "c")
    const page = [...cached({ timeout: { variable: "time" } }, "a"), ...cached({ timeout: null, name: "b" }, "b")]
    expect(await render([...page, ...tagged], { time: "2m", tags: ["t"] })).toBe("abc")
    expect(Math.ceil((await cache.ttl(makeFragmentKey("a"))) ?? 0)).toBe(120)
    expect(await cache.ttl(makeFragmentKey("b"))).toBeNull()
    await cache.invalidateTags(["t"])
    expect(await cache.has(makeFragmentKey("c"))).toBe(false)
  })

  it("uses another alias, and the digest and vary of the plugin", async () => {
    const backend = () => new LocmemBackend()
    const caches = createCaches({ default: { backend }, other: { backend } })
    const vary = (data: unknown): unknown[] => [engine.seesData ? (data as { lang: string }).lang : "de"]
    const { render } = setUp(engine, { cache: caches, digest: "v1", vary })
    const page = [
      ...cached({ vary: [1], named: { using: "other" } }, "a"),
      ...cached({ name: "b", named: { version: 2 } }, "b"),
    ]
    expect(await render(page, { lang: "de" })).toBe("ab")
    expect(await caches.other.has(makeFragmentKey("a", [1, "de"], "v1"))).toBe(true)
    expect(await caches.default.has(makeFragmentKey("b", ["de"], "v1"), { version: 2 })).toBe(true)
  })

  it("escapes values once, at a miss and at a hit", async () => {
    const { render } = setUp(engine)
    const page = cached({}, "(", { print: "text" }, ")")
    for (let time = 0; time < 2; time++) expect(await render(page, { text: "<i>&" })).toBe("(&lt;i&gt;&amp;)")
  })

  it("refuses a cache that is none, and an alias that is not there, when it is set up", () => {
    const built = vi.fn(() => new LocmemBackend())
    const caches = createCaches({ default: { backend: built } })
    expect(() => engine.make({ cache: caches, using: "none" })).toThrow('There is no cache "none"')
    expect(() => engine.make({ cache: undefined as unknown as Cache })).toThrow(
      "cache must be a Cache, or what createCaches",
    )
    engine.make({ cache: caches, using: "default" })
    expect(built).not.toHaveBeenCalled()
  })

  const part = cached({ vary: [id] }, ...counted)
  const places: [string, Template, string][] = [
    [
      "a loop",
      [{ each: "list", body: cached({ vary: [{ variable: "item" }] }, { call: "count", of: "item" }, ";") }],
      "a1;b2;",
    ],
    ["itself", cached({ name: "b" }, "(", ...part, ")"), "(71)"],
    ["an included file", [{ include: "part" }], "71"],
    ["include", cached({ name: "b" }, { include: "plain" }), "71"],
    ["nothing", cached({}), ""],
  ]

  it.each(places)("works in and around %s", async (_, page, expected) => {
    const { cache, render } = setUp(engine, { files: { part, plain: counted } })
    const data = { list: ["a", "b"], id: 7 }
    for (let time = 0; time < 2; time++) expect(await render(page, data)).toBe(expected)
    const keys = await keysOf(cache)
    expect(keys.length).toBeGreaterThan(0)
  })

  it("renders once for a crowd, each of which learns the tags", async () => {
    const { render, calls } = setUp(engine)
    const page = cached({ named: { tags: { variable: "tags" } } }, ...counted)
    const pages = Array.from({ length: 10 }, () => new RecordingPage())
    const crowd = pages.map((one) => inPage(one, () => render(page, { id: 1, tags: ["t"] })))
    expect(new Set(await Promise.all(crowd))).toEqual(new Set(["11"]))
    expect(calls()).toBe(1)
    for (const { names } of pages) expect(names).toEqual(["t"])
  })

  it("reports tags of fragments inside to the page, at a miss and at a hit", async () => {
    const { cache, render } = setUp(engine)
    const inner = cached({ name: "b", named: { tags: { variable: "tags" } } }, "b")
    for (let time = 0; time < 2; time++) {
      const page = new RecordingPage()
      expect(await inPage(page, () => render(cached({}, ...inner), { tags: ["t"] }))).toBe("b")
      expect(page.names).toEqual(["t"])
    }
    await cache.invalidateTags(["t"])
    expect([await cache.has(makeFragmentKey("a")), await cache.has(makeFragmentKey("b"))]).toEqual([false, false])
  })

  it("stores nothing around what is uncacheable, and what is inside of it", async () => {
    const { cache, render } = setUp(engine)
    const page = cached({}, ...cached({ name: "b" }, "b"), ...cached({ name: "c" }, { call: "mine", of: "who" }))
    const recorded = new RecordingPage()
    expect(await inPage(recorded, () => render(page, { who: "Ada" }))).toBe("bAda")
    expect(await render(page, { who: "Bob" })).toBe("bBob")
    expect(recorded.reasons).toEqual(["of a visitor"])
    const kept = await Promise.all(["a", "b", "c"].map((name) => cache.has(makeFragmentKey(name))))
    expect(kept).toEqual([false, true, false])
  })

  it("stores nothing when the body fails", async () => {
    const { cache, render } = setUp(engine)
    await expect(render(cached({}, { call: "fail", of: "id" }), { id: 1 })).rejects.toThrow("no such thing")
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("renders uncached without the store", async () => {
    for (const onError of ["miss", "throw"] as const) {
      const { render } = setUp(engine, { cache: new Cache(deadBackend(), { onError }) })
      expect(await render(cached({ name: "b" }, "(", ...part, ")"), { id: 1 })).toBe("(11)")
    }
  })

  class User {}
  const wrong: [string, CacheTag, string][] = [
    ["a timeout that is none", { timeout: { variable: "soon" } }, "A timeout is a number of seconds"],
    [
      "a timeout that is not there",
      { timeout: { variable: "absent" } },
      'The timeout of the fragment "a" is undefined',
    ],
    ["an option that it does not have", { named: { tag: "t" } }, "Unknown option tag; a cache tag takes"],
    ["a name that is not there", { name: { variable: "none" } }, "The name of a fragment must be"],
    ["a name that is no text", { name: id }, "The name of a fragment must be a non-empty string; got 7"],
    ["an alias that is not there", { named: { using: { variable: "missing" } } }, 'There is no cache "missing"'],
    ["tags that are none", { named: { tags: id } }, "tags must be an array or another iterable of strings; got 7"],
    [
      "a digest that is no text",
      { named: { digest: id } },
      "digest must be a string that changes with the template; got 7",
    ],
    ["an object without a cacheKey", { vary: [{ variable: "user" }] }, "vary[0] is an instance of User; give it a"],
  ]

  it.each(wrong)("refuses %s with its line, and stores nothing", async (_, tag, message) => {
    const caches = createCaches({ default: { backend: () => new LocmemBackend() } })
    const { render } = setUp(engine, { cache: caches })
    const data = { soon: "soon", none: undefined, absent: undefined, id: 7, missing: "missing", user: new User() }
    const failed = render(["\n", ...cached(tag, "a")], data)
    await expect(failed).rejects.toThrow(message)
    if (engine.secondLine !== undefined) await expect(failed).rejects.toThrow(engine.secondLine)
    expect(await keysOf(caches.default)).toEqual([])
  })
})

describe.each(engines)("options of the plugin: $name", (engine) => {
  it("refuses one that does not exist", () => {
    const options = Object.assign({ cache: new Cache(new LocmemBackend()) }, { tiemout: 5 })
    expect(() => setUp(engine, options)).toThrow("Unknown option tiemout; the plugin takes cache, using, timeout")
  })
})

describe.each(engines.filter(({ compile }) => compile !== undefined))("when compiled: $name", (engine) => {
  const literals: [string, CacheTag, string][] = [
    ["a timeout that is none", { timeout: "soon" }, "A timeout is a number of seconds"],
    ["an empty name", { name: "" }, "The name of a fragment must be"],
    ["a name that is no text", { name: 7 }, "The name of a fragment must be a non-empty string; got 7"],
    ["an alias that is not there", { named: { using: "none" } }, 'There is no cache "none". Configured: "default"'],
    ["an unknown option", { named: { tag: "t" } }, "Unknown option tag; a cache tag takes using, tags"],
  ]

  it.each(literals)("refuses %s with its line, before anything is rendered", (_, tag, message) => {
    const cache = createCaches({ default: { backend: () => new LocmemBackend() } })
    const compile = () => engine.compile?.({ cache }, ["\n", ...cached(tag, "a")])
    expect(compile).toThrow(message)
    expect(compile).toThrow(engine.secondLine)
  })
})

describe.each(engines.filter(({ digestsSource }) => digestsSource))("the digest of the source: $name", (engine) => {
  /** How many fragments are kept when each of these is rendered by a program of its own. */
  async function fragmentsOf(...programs: { page: Template; files?: Record<string, Template> }[]): Promise<number> {
    const cache = new Cache(new LocmemBackend())
    for (const { page, files = {} } of programs) {
      // Twice: what it is at first, it stays.
      for (let time = 0; time < 2; time++) {
        await setUp(engine, { cache, digest: true, files }).render(page, { id: 1, text: "x" })
      }
    }
    return (await keysOf(cache)).length
  }

  it("changes with the body, and with nothing around it", async () => {
    const page = cached({}, "one ", { print: "text" })
    const before = await fragmentsOf({ page })
    expect(before).toBe(1)
    expect(await fragmentsOf({ page }, { page: ["around ", { print: "id" }, ...page, "\n"] })).toBe(1)
    expect(await fragmentsOf({ page }, { page: cached({}, "two ", { print: "text" }) })).toBe(2)
    expect(await fragmentsOf({ page }, { page: cached({}, "one ", { print: "id" }) })).toBe(2)
  })

  it("gives way to a text in the tag", async () => {
    const page = (body: string) => cached({ named: { digest: "v1" } }, body)
    expect(await fragmentsOf({ page: page("one") }, { page: page("two") })).toBe(1)
  })

  it("changes with what is included, and with what that includes", async () => {
    const page = cached({}, "(", { include: "part" }, ")")
    const files = { inner: ["1"], part: ["[", { include: "inner" }, "]"], other: ["o"] }
    const changed = (changes: Record<string, Template>) => ({ page, files: { ...files, ...changes } })
    expect(await fragmentsOf(changed({}), changed({ other: ["p"] }))).toBe(1)
    expect(await fragmentsOf(changed({}), changed({ part: ["<", { include: "inner" }, ">"] }))).toBe(2)
    expect(await fragmentsOf(changed({}), changed({ inner: ["2"] }))).toBe(2)
  })
})
