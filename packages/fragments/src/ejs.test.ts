import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import ejs from "ejs"
import { describe, expect, it } from "vitest"
import { type CacheHelper, cacheHelper } from "./ejs.js"
import { makeFragmentKey } from "./fragment-key.js"

function setUp(options = {}) {
  const store = new Cache(new LocmemBackend())
  const cache: CacheHelper = cacheHelper({ cache: store, ...options })
  let calls = 0
  const count = (value: unknown): string => `${String(value)}${++calls}`
  const render = (template: string, data: object = {}): Promise<string> =>
    ejs.render(template, { cache, count, ...data }, {
      async: true,
      includer: (name: string) => templates[name] ?? { template: "" },
    } as ejs.Options & { async: true })
  const templates: Record<string, { template: string }> = {
    part: { template: "<b><%= count(id) %></b>" },
    outer: { template: '(<%- await cache("a", { vary: [id], tags: ["t"] }, () => include("part", { id })) %>)' },
  }
  return { store, render }
}

describe("the cache helper of EJS", () => {
  it("takes options of the plugin for all", async () => {
    const { store, render } = setUp({ timeout: "2m", digest: "v1", vary: () => ["de"] })
    await render('<%- await cache("a", { vary: [1] }, () => "a") %>')
    expect(Math.ceil((await store.ttl(makeFragmentKey("a", [1, "de"], "v1"))) ?? 0)).toBe(120)
  })

  it("refuses to be printed without await, with the line", async () => {
    const { store, render } = setUp()
    const template = '\n<%- cache("a", {}, () => "a") %>'
    await expect(render(template)).rejects.toThrow(/>> 2\|.*cache needs await, and the template { async: true }/s)
    expect(() => ejs.render(template, { cache: cacheHelper({ cache: store }) })).toThrow("cache needs await")
    expect(await store.has(makeFragmentKey("a"))).toBe(false)
  })

  it("refuses a block of template, which would be printed and lost", async () => {
    const { store, render } = setUp()
    await expect(render('\n<% await cache("a", {}, () => { %>text<% }) %>')).rejects.toThrow(
      /the fragment "a" rendered no string: put its markup into a template of its own and include it/,
    )
    expect(await store.has(makeFragmentKey("a"))).toBe(false)
  })

  it("refuses arguments in another order", async () => {
    const { render } = setUp()
    await expect(render('<%- await cache(600, "a", () => "a") %>')).rejects.toThrow("cache takes a name, options and")
    await expect(render('<%- await cache("", {}, () => "a") %>')).rejects.toThrow("The name of a fragment must be")
  })

  it("asks a digest that is a function for the source of what is included, once for each fragment", async () => {
    const asked: unknown[] = []
    const { store, render } = setUp({
      digest: (name: string, from: string | undefined) => {
        asked.push([name, from])
        return name === "part" ? '<%- include("row") %>' : undefined
      },
    })
    const template = '<%- await cache("a", {}, () => include("part", { id: 1 })) %>'
    for (let time = 0; time < 2; time++) expect(await render(template)).toBe("<b>11</b>")
    expect(asked).toEqual([
      ["part", undefined],
      ["row", "part"],
    ])
    expect(await store.has(makeFragmentKey("a"))).toBe(false)
    const wrong = setUp({ digest: true })
    await expect(wrong.render(template)).rejects.toThrow(
      "digest must be a string that changes with the template; got true",
    )
  })
})
