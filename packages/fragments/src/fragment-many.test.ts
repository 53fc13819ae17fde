import { Cache } from "@larder/core"
import { describe, expect, it, vi } from "vitest"
import { CountingBackend } from "../test/counting-backend.js"
import { inPage, uncacheable } from "./enclosing.js"
import { makeFragmentKey } from "./fragment-key.js"
import { fragmentMany } from "./fragment-many.js"

function setUp() {
  const backend = new CountingBackend()
  return { backend, cache: new Cache(backend) }
}

const articles = [1, 2, 3].map((id) => ({ id }))
const partsOf = ({ id }: { id: number }) => [id]

describe("fragmentMany", () => {
  it("reads once and writes once, whatever the number of items and their tags", async () => {
    const { backend, cache } = setUp()
    const render = vi.fn(({ id }: { id: number }) => `<${id}>`)
    const options = { cache, name: "teaser", timeout: 60, tags: ({ id }: { id: number }) => [`article:${id}`] }
    const expected = ["<1>", "<2>", "<3>"]
    expect(await fragmentMany(articles, partsOf, options, render)).toEqual(expected)
    expect(backend.calls.filter((call) => call.startsWith("setMany"))).toEqual(["setMany 3"])
    backend.calls.length = 0
    const names: string[] = []
    const page = { tags: (...tags: readonly string[]) => names.push(...tags), skip: () => undefined }
    expect(await inPage(page, () => fragmentMany(articles, partsOf, options, render))).toEqual(expected)
    expect(names).toEqual(["article:1", "article:2", "article:3"])
    expect(render).toHaveBeenCalledTimes(3)
    expect(Math.ceil((await cache.ttl(makeFragmentKey("teaser", [1]))) ?? 0)).toBe(60)
    await cache.invalidateTags(["article:2"])
    expect(await fragmentMany(articles, partsOf, options, render)).toEqual(expected)
    expect(render.mock.calls.slice(3).map(([{ id }]) => id)).toEqual([2])
  })

  it("keeps to the order, renders equal items once, and asks nothing for none", async () => {
    const { backend, cache } = setUp()
    const render = vi.fn(({ id }: { id: number }) => `<${id}>`)
    const twice = [...articles, ...articles].reverse()
    expect(await fragmentMany(twice, partsOf, { cache, name: "a" }, render)).toEqual(twice.map(({ id }) => `<${id}>`))
    expect(render).toHaveBeenCalledTimes(3)
    backend.calls.length = 0
    expect(await fragmentMany([], partsOf, { cache, name: "a" }, render)).toEqual([])
    expect(backend.calls).toEqual([])
  })

  it("renders once for a crowd", async () => {
    const { cache } = setUp()
    const render = vi.fn(async ({ id }: { id: number }) => {
      await new Promise((resolve) => setImmediate(resolve))
      return `<${id}>`
    })
    const crowd = Array.from({ length: 10 }, () => fragmentMany(articles, partsOf, { cache, name: "a" }, render))
    for (const one of await Promise.all(crowd)) expect(one).toEqual(["<1>", "<2>", "<3>"])
    expect(render).toHaveBeenCalledTimes(3)
  })

  it("does not store the ones that are uncacheable or too long, and those alone", async () => {
    const { cache } = setUp()
    const render = ({ id }: { id: number }) => {
      if (id === 1) uncacheable()
      return id === 2 ? "too long" : "ok"
    }
    await fragmentMany(articles, partsOf, { cache, name: "a", maxLength: 5 }, render)
    const kept = await Promise.all(articles.map(({ id }) => cache.has(makeFragmentKey("a", [id]))))
    expect(kept).toEqual([false, false, true])
  })

  it("writes over what is no fragment, and throws what a body threw", async () => {
    const { cache } = setUp()
    await cache.set(makeFragmentKey("a", [2, "de"]), 7)
    const render = vi.fn(({ id }: { id: number }) => `<${id}>`)
    const options = { cache, name: "a", vary: ["de"] }
    expect(await fragmentMany(articles, partsOf, options, render)).toEqual(["<1>", "<2>", "<3>"])
    expect(await cache.get(makeFragmentKey("a", [2, "de"]))).toBe("<2>")
    expect(render).toHaveBeenCalledTimes(3)
    const failing = () => Promise.reject(new Error("no"))
    await expect(fragmentMany(articles, partsOf, { cache, name: "b" }, failing)).rejects.toThrow("no")
    expect(await cache.has(makeFragmentKey("b", [1]))).toBe(false)
  })
})
