import { Cache, createCaches, DeadlockError } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it, vi } from "vitest"
import { deadBackend } from "../test/dead-backend.js"
import { RecordingPage } from "../test/recording-page.js"
import { type Enclosing, inPage, tagEnclosing, uncacheable } from "./enclosing.js"
import { fragment } from "./fragment.js"
import { makeFragmentKey } from "./fragment-key.js"

function setUp(options = {}) {
  const backend = new LocmemBackend()
  return { backend, cache: new Cache(backend, options) }
}

describe("fragment", () => {
  it("renders once, and then gives what it kept", async () => {
    const { cache } = setUp()
    const render = vi.fn(async () => "<b>1</b>")
    for (let time = 0; time < 3; time++) expect(await fragment("a", { cache, timeout: 60 }, render)).toBe("<b>1</b>")
    expect(render).toHaveBeenCalledTimes(1)
    expect(Math.ceil((await cache.ttl(makeFragmentKey("a"))) ?? 0)).toBe(60)
    await cache.delete(makeFragmentKey("a"))
    await fragment("a", { cache }, render)
    expect(render).toHaveBeenCalledTimes(2)
  })

  it("keeps an empty text too", async () => {
    const { cache } = setUp()
    const render = vi.fn(() => "")
    expect([await fragment("a", { cache }, render), await fragment("a", { cache }, render)]).toEqual(["", ""])
    expect(render).toHaveBeenCalledTimes(1)
  })

  it("keeps one for each vary, digest and version", async () => {
    const { cache } = setUp()
    let count = 0
    const render = () => String(++count)
    const options = [{}, { vary: [1] }, { vary: ["1"] }, { digest: "1" }, { version: 2 }]
    for (const option of options) await fragment("a", { cache, ...option }, render)
    expect(count).toBe(options.length)
    expect(await fragment("a", { cache, vary: ["1"] }, render)).toBe("3")
  })

  it("never expires with a timeout of null, and is not kept with 0", async () => {
    const { cache } = setUp()
    await fragment("a", { cache, timeout: null }, () => "a")
    expect(await cache.ttl(makeFragmentKey("a"))).toBeNull()
    await fragment("b", { cache, timeout: 0 }, () => "b")
    expect(await cache.has(makeFragmentKey("b"))).toBe(false)
  })

  it("uses the alias fragments where there is one, else default, else the one that it is told", async () => {
    const backends = { default: new LocmemBackend(), fragments: new LocmemBackend(), other: new LocmemBackend() }
    const make = (alias: keyof typeof backends) => ({ backend: () => backends[alias] })
    const all = createCaches({ default: make("default"), fragments: make("fragments"), other: make("other") })
    await fragment("a", { cache: all }, () => "a")
    await fragment("b", { cache: all, using: "other" }, () => "b")
    expect(await all.fragments.has(makeFragmentKey("a"))).toBe(true)
    expect(await all.other.has(makeFragmentKey("b"))).toBe(true)
    const few = createCaches({ default: make("default") })
    await fragment("c", { cache: few }, () => "c")
    expect(await few.default.has(makeFragmentKey("c"))).toBe(true)
    await expect(fragment("d", { cache: few, using: "none" }, () => "d")).rejects.toThrow(
      'There is no cache "none". Configured: "default"',
    )
    await expect(fragment("d", { cache: few.default, using: "none" }, () => "d")).rejects.toThrow(
      "using 'none' needs the caches to choose from",
    )
  })

  it("refuses what cannot be meant", async () => {
    const { cache } = setUp()
    const render = () => "a"
    await expect(fragment("", { cache }, render)).rejects.toThrow(TypeError)
    await expect(fragment("a", { cache, timeout: "soon" as "1s" }, render)).rejects.toThrow("A timeout is")
    await expect(fragment("a", { cache, tags: "news" as never }, render)).rejects.toThrow("tags must be an array")
    await expect(fragment("a", { cache, tags: [7 as unknown as string] }, render)).rejects.toThrow(
      "A tag must be a string; got 7",
    )
    await expect(fragment("a", { cache: undefined as unknown as Cache }, render)).rejects.toThrow(
      "cache must be a Cache",
    )
    await expect(fragment("a", { cache: {} as Cache }, render)).rejects.toThrow("cache must be a Cache")
    await expect(fragment("a", undefined as never, render)).rejects.toThrow(
      "options must be an object with a cache; got undefined",
    )
    await expect(fragment("a", { cache }, () => 7 as unknown as string)).rejects.toThrow(
      'The fragment "a" must render a string; got 7',
    )
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("stores nothing when the body throws, and throws it", async () => {
    const { cache } = setUp()
    const error = new Error("no")
    await expect(fragment("a", { cache }, () => Promise.reject(error))).rejects.toBe(error)
    expect(await fragment("a", { cache }, () => "a")).toBe("a")
  })

  it("renders once for a crowd, each of which learns the tags", async () => {
    const { cache } = setUp()
    const render = vi.fn(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return "a"
    })
    const pages = Array.from({ length: 20 }, () => new RecordingPage())
    const all = await Promise.all(
      pages.map((page) => inPage(page, () => fragment("a", { cache, tags: ["t"] }, render))),
    )
    expect(new Set(all)).toEqual(new Set(["a"]))
    expect(render).toHaveBeenCalledTimes(1)
    for (const page of pages) expect(page.names).toEqual(["t"])
  })

  it("refuses a fragment inside itself", async () => {
    const { cache } = setUp()
    const again = (): Promise<string> => fragment("a", { cache }, again)
    await expect(again()).rejects.toThrow(DeadlockError)
  })

  it("does not store a text that is longer than maxLength", async () => {
    const { cache } = setUp()
    const render = vi.fn(() => "12345")
    for (let time = 0; time < 2; time++) expect(await fragment("a", { cache, maxLength: 4 }, render)).toBe("12345")
    expect(render).toHaveBeenCalledTimes(2)
    await fragment("a", { cache, maxLength: 5 }, render)
    expect(await cache.get(makeFragmentKey("a"))).toBe("12345")
  })
})

describe("tags", () => {
  it("reach the fragments around it and the page, at a hit as at a miss", async () => {
    const { cache } = setUp()
    const inner = vi.fn(() => "inner")
    const outer = vi.fn(async () => `(${await fragment("inner", { cache, tags: ["article:7"] }, inner)})`)
    const rendering = async () => {
      const page = new RecordingPage()
      const html = await inPage(page, () => fragment("outer", { cache, tags: ["list"] }, outer))
      return { html, names: new Set(page.names) }
    }
    const expected = { html: "(inner)", names: new Set(["list", "article:7"]) }
    expect([await rendering(), await rendering()]).toEqual([expected, expected])
    expect([inner.mock.calls.length, outer.mock.calls.length]).toEqual([1, 1])
    await cache.invalidateTags(["article:7"])
    expect(await rendering()).toEqual(expected)
    expect([inner.mock.calls.length, outer.mock.calls.length]).toEqual([2, 2])
    await cache.invalidateTags(["list"])
    await rendering()
    expect([inner.mock.calls.length, outer.mock.calls.length]).toEqual([2, 3])
  })

  it("can be learnt in the body", async () => {
    const { cache } = setUp()
    const page = new RecordingPage()
    const render = vi.fn((scope: Enclosing) => {
      scope.tags("a")
      tagEnclosing("b", "c")
      return "x"
    })
    await inPage(page, () => fragment("a", { cache }, render))
    expect(page.names).toEqual(["a", "b", "c"])
    await cache.invalidateTags(["c"])
    await fragment("a", { cache }, render)
    expect(render).toHaveBeenCalledTimes(2)
  })

  it("that are invalidated while the body runs keep it from being served", async () => {
    const { cache } = setUp()
    let data = "old"
    const render = async (scope: Enclosing) => {
      const read = data
      data = "new"
      await cache.invalidateTags(["data"])
      scope.tags("data")
      return read
    }
    expect(await fragment("a", { cache }, render)).toBe("old")
    expect(await fragment("a", { cache }, () => data)).toBe("new")
  })

  it("do nothing outside", () => {
    tagEnclosing("a")
    uncacheable()
  })

  it("may be too many for an entry: then it is not stored, and somebody is told once", async () => {
    const { cache } = setUp()
    const warning = vi.spyOn(process, "emitWarning").mockReturnValue()
    const tags = Array.from({ length: 65 }, (_, index) => `t${index}`)
    const render = vi.fn((scope: Enclosing) => {
      scope.tags(...tags)
      return "many"
    })
    const page = new RecordingPage()
    for (let time = 0; time < 2; time++) {
      expect(await inPage(page, () => fragment("many tags", { cache }, render))).toBe("many")
    }
    expect(render).toHaveBeenCalledTimes(2)
    expect(page.names).toHaveLength(130)
    expect(await fragment("declared", { cache, tags }, () => "declared")).toBe("declared")
    expect(warning.mock.calls.map(([text]) => text)).toEqual([
      expect.stringContaining('"many tags" depends on 65 tags'),
      expect.stringContaining('"declared" depends on 65 tags'),
    ])
    warning.mockRestore()
  })

  it("need something to report to in inPage", () => {
    expect(() => inPage({} as Enclosing, () => "a")).toThrow("inPage needs what fragments report to")
  })
})

describe("uncacheable", () => {
  it("keeps everything around it from being stored, for all who wait", async () => {
    const { cache } = setUp()
    const inner = vi.fn(() => {
      uncacheable("of this visitor")
      return "inner"
    })
    const outer = vi.fn(async () => `(${await fragment("inner", { cache }, inner)})`)
    const pages = [new RecordingPage(), new RecordingPage()]
    const crowd = pages.map((page) => inPage(page, () => fragment("outer", { cache }, outer)))
    expect(await Promise.all(crowd)).toEqual(["(inner)", "(inner)"])
    expect(pages.map(({ reasons }) => reasons)).toEqual([["of this visitor"], ["of this visitor"]])
    await fragment("outer", { cache }, outer)
    expect([inner.mock.calls.length, outer.mock.calls.length]).toEqual([2, 2])
  })

  it("leaves fragments inside alone", async () => {
    const { cache } = setUp()
    const inner = vi.fn(() => "inner")
    const outer = async () => {
      uncacheable()
      return fragment("inner", { cache }, inner)
    }
    await fragment("outer", { cache }, outer)
    await fragment("outer", { cache }, outer)
    expect(inner).toHaveBeenCalledTimes(1)
  })
})

describe("a store that fails", () => {
  it.each(["miss", "throw"] as const)("leaves the fragment uncached, with onError %s", async (onError) => {
    const cache = new Cache(deadBackend(), { onError })
    const page = new RecordingPage()
    const render = vi.fn(() => "a")
    expect(await inPage(page, () => fragment("a", { cache, tags: ["t"] }, render))).toBe("a")
    expect(render).toHaveBeenCalledTimes(1)
    expect(page.names).toEqual(["t"])
  })

  it("when the text is written leaves what was rendered", async () => {
    class FillingBackend extends LocmemBackend {
      full = false
      override add(...given: Parameters<LocmemBackend["add"]>) {
        return this.full ? Promise.reject(new Error("the store is full")) : super.add(...given)
      }
    }
    const backend = new FillingBackend()
    const cache = new Cache(backend, { onError: "throw" })
    const render = vi.fn(() => {
      backend.full = true
      return "a"
    })
    expect(await fragment("a", { cache }, render)).toBe("a")
    expect(render).toHaveBeenCalledTimes(1)
  })

  it("is not what a body threw that failed on a store of its own", async () => {
    const { cache } = setUp()
    const dead = new Cache(deadBackend())
    const render = vi.fn(async () => String(await dead.delete("k")))
    await expect(fragment("a", { cache }, render)).rejects.toThrow('delete of "k" failed')
    expect(render).toHaveBeenCalledTimes(1)
  })

  it("may hold what is no fragment: a miss, which is written over", async () => {
    const { cache } = setUp()
    for (const foreign of [7, null, [], ["a", 1], { html: "a" }, { html: "a", tags: [], uncacheable: 1 }]) {
      await cache.set(makeFragmentKey("a"), foreign)
      expect(await fragment("a", { cache }, () => "right")).toBe("right")
      expect(await cache.get(makeFragmentKey("a"))).toBe("right")
    }
  })
})

describe("staleFor", () => {
  it("gives the old text while the new one is rendered, and reports its tags", async () => {
    vi.useFakeTimers()
    const { cache } = setUp()
    const options = { cache, timeout: 10, staleFor: 60, tags: ["t"] }
    await fragment("a", options, () => "old")
    vi.advanceTimersByTime(11_000)
    const page = new RecordingPage()
    expect(await inPage(page, () => fragment("a", options, () => "new"))).toBe("old")
    expect(page.names).toEqual(["t"])
    await expect.poll(() => fragment("a", options, () => "newer")).toBe("new")
    vi.useRealTimers()
  })
})
