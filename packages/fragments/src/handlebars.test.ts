import { Cache, createCaches } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import Handlebars from "handlebars"
import { describe, expect, it, vi } from "vitest"
import { inPage, uncacheable } from "./enclosing.js"
import { makeFragmentKey } from "./fragment-key.js"
import { addCacheHelper, type HandlebarsCacheOptions } from "./handlebars.js"

class CountingBackend extends LocmemBackend {
  readonly calls: string[] = []
  override get(key: string) {
    this.calls.push("get")
    return super.get(key)
  }
  override getMany(keys: readonly string[]) {
    this.calls.push(`getMany ${keys.length}`)
    return super.getMany(keys)
  }
  override setMany(...[entries, ttl]: Parameters<LocmemBackend["setMany"]>) {
    this.calls.push(`setMany ${entries.length}`)
    return super.setMany(entries, ttl)
  }
}

function setUp(options: Partial<HandlebarsCacheOptions> = {}) {
  const backend = new CountingBackend()
  const cache = new Cache(backend)
  const handlebars = Handlebars.create()
  const renderTemplate = addCacheHelper(handlebars, { cache, ...options })
  let calls = 0
  handlebars.registerHelper("count", (value: unknown) => `${String(value)}${++calls}`)
  handlebars.registerHelper("upper", function (this: unknown, { fn }: Handlebars.HelperOptions) {
    return String(fn(this)).toUpperCase()
  })
  const render = (template: string, data: unknown = {}): Promise<string> =>
    renderTemplate(handlebars.compile(template), data)
  return { backend, cache, handlebars, render, renderTemplate }
}

const part = '{{#cache 60 "a"}}{{count 1}}{{/cache}}'

describe("the cache helper of Handlebars", () => {
  it("renders once for each of its arguments", async () => {
    const { cache, render } = setUp()
    const template = '{{#cache 600 "stats" user.id lang}}{{count user.id}} {{/cache}}'
    for (const id of [7, 8, 7]) await render(template, { user: { id }, lang: "de" })
    expect(await render(template, { user: { id: 7 }, lang: "de" })).toBe("71 ")
    expect(await render(template, { user: { id: "7" }, lang: "de" })).toBe("73 ")
    expect(await cache.get(makeFragmentKey("stats", [8, "de"]))).toBe("82 ")
  })

  it("asks for all fragments of a page with one read, and keeps the missing ones with one write", async () => {
    const { backend, render } = setUp()
    const items = Array.from({ length: 50 }, (_, index) => ({ id: index, tag: `t${index}` }))
    const template = '{{#each items}}{{#cache 60 "item" id tags=tag}}{{id}};{{/cache}}{{/each}}'
    const expected = items.map(({ id }) => `${id};`).join("")
    expect(await render(template, { items })).toBe(expected)
    expect(backend.calls.filter((call) => call === "setMany 50")).toHaveLength(1)
    // From its second read on, a cache knows which tokens it has to ask for.
    expect(await render(template, { items })).toBe(expected)
    backend.calls.length = 0
    expect(await render(template, { items })).toBe(expected)
    // The entries with the tokens of their tags, however they are asked for.
    expect(backend.calls.filter((call) => call.startsWith("get"))).toHaveLength(1)
    expect(backend.calls.filter((call) => call.startsWith("set"))).toEqual([])
  })

  it("takes a timeout from a variable, null for ever, and options by name", async () => {
    const { cache, render } = setUp()
    await render('{{#cache seconds "a"}}a{{/cache}}{{#cache null "b"}}b{{/cache}}', { seconds: "2m" })
    expect(Math.ceil((await cache.ttl(makeFragmentKey("a"))) ?? 0)).toBe(120)
    expect(await cache.ttl(makeFragmentKey("b"))).toBeNull()
    await render('{{#cache 60 "c" tags=tags}}c{{/cache}}{{#cache 60 "d" tags="t"}}d{{/cache}}', { tags: ["t"] })
    await cache.invalidateTags(["t"])
    expect([await cache.has(makeFragmentKey("c")), await cache.has(makeFragmentKey("d"))]).toEqual([false, false])
  })

  it("uses another alias, and the digest and vary of the plugin", async () => {
    const caches = createCaches({
      default: { backend: () => new LocmemBackend() },
      other: { backend: () => new LocmemBackend() },
    })
    const { render } = setUp({ cache: caches, digest: "v1", vary: (data) => [(data as { lang: string }).lang] })
    const page = '{{#cache 60 "a" 1 using="other"}}a{{/cache}}{{#cache 60 "b" version=2}}b{{/cache}}'
    expect(await render(page, { lang: "de" })).toBe("ab")
    expect(await caches.other.has(makeFragmentKey("a", [1, "de"], "v1"))).toBe(true)
    expect(await caches.default.has(makeFragmentKey("b", ["de"], "v1"), { version: 2 })).toBe(true)
    await expect(render('\n{{#cache 60 "a" using="none"}}a{{/cache}}', { lang: "" })).rejects.toThrow(
      'line 2: There is no cache "none"',
    )
  })

  it("keeps what is escaped as it is, and escapes nothing twice", async () => {
    const { render } = setUp()
    const template = '{{#cache 60 "a"}}<b>{{text}}</b>{{/cache}}'
    for (let time = 0; time < 2; time++) expect(await render(template, { text: "<i>&" })).toBe("<b>&lt;i&gt;&amp;</b>")
  })

  const places: [string, string, string][] = [
    [
      "a loop",
      '{{#each list}}{{#cache 60 "a" this}}{{@index}}{{count this}}{{#if @last}}!{{/if}};{{/cache}}{{/each}}',
      "0a1;1b2!;",
    ],
    [
      "a loop in a loop",
      '{{#each list}}{{#each ../list}}{{#cache 60 "a" @../index @index}}{{@../index}}{{@index}};{{/cache}}{{/each}}{{/each}}',
      "00;01;10;11;",
    ],
    ["block parameters", '{{#each list as |item i|}}{{#cache 60 "a" i}}{{i}}{{item}};{{/cache}}{{/each}}', "0a;1b;"],
    ["a condition", `{{#if list}}${part}{{else}}none{{/if}}`, "11"],
    ["with", '{{#with user}}{{#cache 60 "a"}}{{name}}{{../lang}}{{count 1}}{{/cache}}{{/with}}', "Adade11"],
    ["itself", `{{#cache 60 "b"}}(${part}){{/cache}}${part}`, "(11)11"],
    ["a partial", "{{> part}}", "11"],
    ["a partial block", "{{#> frame}}{{> part}}{{/frame}}", "[11]"],
    ["a partial inside", '{{#cache 60 "b"}}{{> part}}{{> plain}}{{/cache}}', "1211"],
    ["a helper that changes letters", `{{#upper}}x${part}{{/upper}}`, "X11"],
    ["what is not printed", `{{#if none}}${part}{{/if}}`, ""],
  ]

  it.each(places)("works in and around %s", async (_, template, expected) => {
    const { handlebars, render } = setUp()
    handlebars.registerPartial({ part, plain: "{{count 1}}", frame: "[{{> @partial-block}}]" })
    const data = { list: ["a", "b"], user: { name: "Ada" }, lang: "de" }
    for (let time = 0; time < 2; time++) expect(await render(template, data)).toBe(expected)
  })

  it("renders a fragment once on a page, wherever it is, and keeps those inside", async () => {
    const { backend, cache, render } = setUp()
    const template = `{{#cache 60 "b" tags="outer"}}(${part}{{#cache 60 "c" tags="inner"}}{{count 3}}{{/cache}}){{/cache}}${part}`
    expect(await render(template)).toBe("(1132)11")
    expect(await cache.get(makeFragmentKey("c"))).toEqual(["32", "inner"])
    expect(await cache.get(makeFragmentKey("b"))).toEqual(["(1132)", "outer", "inner"])
    await cache.delete(makeFragmentKey("b"))
    expect(await render(template)).toBe("(1132)11")
    await cache.invalidateTags(["inner"])
    backend.calls.length = 0
    expect(await render(template)).toBe("(1133)11")
  })

  it("does not keep a fragment inside whose tags were invalidated while it was rendered", async () => {
    const { cache, handlebars, render } = setUp()
    let invalidated: Promise<void> | undefined
    handlebars.registerHelper("invalidate", () => {
      invalidated = cache.invalidateTags(["t"])
      return ""
    })
    await render('{{#cache 60 "b"}}{{#cache 60 "c" tags="t"}}{{invalidate}}old{{/cache}}{{/cache}}')
    await invalidated
    expect(await cache.has(makeFragmentKey("b"))).toBe(false)
    expect(await cache.has(makeFragmentKey("c"))).toBe(false)
  })

  it("does not let two pages wait for each other that show the same fragments at different depths", async () => {
    const { render } = setUp()
    const inner = '{{#cache 60 "c"}}c{{/cache}}'
    const middle = `{{#cache 60 "a"}}a${inner}{{/cache}}`
    const pages = [middle, `{{#cache 60 "x"}}x${middle}{{/cache}}${inner}`]
    expect(await Promise.all(pages.map((page) => render(page)))).toEqual(["ac", "xacc"])
  })

  it("renders once for a crowd", async () => {
    const { render } = setUp()
    const crowd = await Promise.all(Array.from({ length: 10 }, () => render(part)))
    expect(new Set(crowd)).toEqual(new Set(["11"]))
  })

  it("prints values with any characters, and inserts nothing into them", async () => {
    const { render } = setUp()
    const data = { text: "\u0000123:0\u0000 $& $1", number: 1 }
    const template = '{{{text}}}{{#cache 60 "a"}}{{{text}}}{{/cache}}'
    for (let time = 0; time < 2; time++) expect(await render(template, data)).toBe(data.text + data.text)
  })

  const wrong: [string, string, string | RegExp][] = [
    ["no name", "\n{{#cache 60}}a{{/cache}}", "line 2: cache needs a timeout and a name"],
    ["no block", '{{cache 60 "a"}}', "line 1: cache is a block"],
    [
      "an unknown option",
      '{{#cache 60 "a" tag="x"}}a{{/cache}}',
      "line 1: Unknown option tag; a cache tag takes using, tags",
    ],
    ["what it cannot do", '{{#cache 60 "a" staleFor=60}}a{{/cache}}', "Unknown option staleFor"],
    [
      "a timeout that is not there",
      '{{#cache none "a"}}a{{/cache}}',
      'line 1: The timeout of the fragment "a" is undefined',
    ],
    ["a timeout that is none", '{{#cache "soon" "a"}}a{{/cache}}', "line 1: A timeout is a number of seconds"],
    ["a name that is not there", "{{#cache 60 none}}a{{/cache}}", "line 1: A fragment has a name"],
    [
      "an object without a cacheKey",
      '{{#cache 60 "a" user}}a{{/cache}}',
      "vary[0] is an instance of User; give it a cacheKey",
    ],
    ["tags that are none", '{{#cache 60 "a" tags=7}}a{{/cache}}', "line 1: tags is an array"],
    ["itself", "{{> again}}", 'the fragment "a" is inside itself'],
    ["a body that fails", '{{#cache 60 "a"}}{{fail}}{{/cache}}', "no such thing"],
    ["a helper that cuts the text", `{{#cut}}${part}{{/cut}}`, "a helper around {{#cache}} changed the text"],
  ]

  it.each(wrong)("refuses %s, and stores nothing", async (_, template, message) => {
    class User {}
    const { cache, handlebars, render } = setUp()
    handlebars.registerPartial("again", '{{#cache 60 "a"}}{{> again}}{{/cache}}')
    handlebars.registerHelper("fail", () => {
      throw new Error("no such thing")
    })
    handlebars.registerHelper("cut", function (this: unknown, { fn }: Handlebars.HelperOptions) {
      return String(fn(this)).slice(0, -1)
    })
    await expect(render(template, { user: new User() })).rejects.toThrow(message)
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("refuses to be rendered by the template itself", () => {
    const { handlebars } = setUp()
    expect(() => handlebars.compile(part)({})).toThrow("is rendered by the function that addCacheHelper gave")
  })

  it("reports tags to the page, and keeps what is uncacheable from being stored", async () => {
    const { cache, handlebars, render } = setUp()
    handlebars.registerHelper("mine", (value: unknown) => {
      uncacheable("of a visitor")
      return value
    })
    const page = { tags: vi.fn(), skip: vi.fn() }
    const template =
      '{{#cache 60 "a"}}{{#cache 60 "b" tags="t"}}b{{/cache}}{{#cache 60 "c"}}{{mine who}}{{/cache}}{{/cache}}'
    expect(await inPage(page, () => render(template, { who: "Ada" }))).toBe("bAda")
    expect(await render(template, { who: "Bob" })).toBe("bBob")
    expect(page.tags).toHaveBeenCalledWith("t")
    expect(page.skip).toHaveBeenCalledWith("of a visitor")
    const kept = await Promise.all(["a", "b", "c"].map((name) => cache.has(makeFragmentKey(name))))
    expect(kept).toEqual([false, true, false])
  })

  it("renders uncached without the store", async () => {
    const gone = (): Promise<never> => Promise.reject(new Error("the store is gone"))
    const dead = {
      name: "dead",
      capabilities: { shared: true, persistent: true, evicts: false, ttlResolution: 1 },
      get: gone,
      set: gone,
      delete: gone,
    }
    for (const onError of ["miss", "throw"] as const) {
      const { render } = setUp({ cache: new Cache(dead, { onError }) })
      expect(await render(`{{#cache 60 "b"}}(${part}){{/cache}}`)).toBe("(11)")
    }
  })
})
