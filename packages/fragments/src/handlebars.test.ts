import { Cache } from "@larder/core"
import Handlebars from "handlebars"
import { describe, expect, it, vi } from "vitest"
import { CountingBackend } from "../test/counting-backend.js"
import { keysOf } from "../test/keys-of.js"
import { makeFragmentKey } from "./fragment-key.js"
import { addCacheHelper, type HandlebarsCacheOptions } from "./handlebars.js"

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
  handlebars.registerHelper("trim", function (this: unknown, { fn }: Handlebars.HelperOptions) {
    return fn(this).trim()
  })
  const render = (template: string, data: unknown = {}): Promise<string> =>
    renderTemplate(handlebars.compile(template), data)
  return { backend, cache, handlebars, render, renderTemplate }
}

const part = '{{#cache 60 "a"}}{{count 1}}{{/cache}}'

describe("the cache helper of Handlebars", () => {
  it("asks for all fragments of a page with one read", async () => {
    const { backend, render } = setUp()
    const items = Array.from({ length: 50 }, (_, index) => ({ id: index, tag: `t${index}` }))
    const template = '{{#each items}}{{#cache 60 "item" id tags=tag}}{{id}};{{/cache}}{{/each}}'
    const expected = items.map(({ id }) => `${id};`).join("")
    expect(await render(template, { items })).toBe(expected)
    // From its second read on, a cache knows which tokens it has to ask for.
    expect(await render(template, { items })).toBe(expected)
    backend.calls.length = 0
    expect(await render(template, { items })).toBe(expected)
    // The entries with the tokens of their tags, however they are asked for.
    expect(backend.calls.filter((call) => call.startsWith("get"))).toHaveLength(1)
    expect(backend.calls.filter((call) => call.startsWith("set"))).toEqual([])
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
    ["itself, deeper", `{{#cache 60 "c"}}{{#cache 60 "b"}}(${part}){{/cache}}{{/cache}}${part}`, "(11)11"],
    ["a partial block", "{{#> frame}}{{> part}}{{/frame}}", "[11]"],
    ["a partial inside", '{{#cache 60 "b"}}{{> part}}{{> plain}}{{/cache}}', "1211"],
    ["a helper that changes letters", `{{#upper}}x${part}{{/upper}}`, "X11"],
    ["a helper that uses texts", `{{#trim}}${part}{{/trim}}`, "11"],
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

  it("renders a fragment inside once for a crowd of pages with fragments of their own around it", async () => {
    const { cache, render } = setUp()
    const page = `{{#cache 60 "page" id}}{{id}}:${part}{{/cache}}`
    const ids = Array.from({ length: 10 }, (_, id) => id)
    expect(await Promise.all(ids.map((id) => render(page, { id })))).toEqual(ids.map((id) => `${id}:11`))
    const kept = await Promise.all(ids.map((id) => cache.get(makeFragmentKey("page", [id]))))
    expect(kept).toEqual(ids.map((id) => `${id}:11`))
  })

  it("does not keep a fragment inside that was removed while it was rendered", async () => {
    const { cache, handlebars, render } = setUp()
    let removed: Promise<unknown> | undefined
    handlebars.registerHelper("remove", () => {
      removed = cache.delete(makeFragmentKey("c"))
      return ""
    })
    await render('{{#cache 60 "b"}}{{#cache 60 "c"}}{{remove}}old{{/cache}}{{/cache}}')
    await removed
    expect(await cache.has(makeFragmentKey("c"))).toBe(false)
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

  it("prints values with any characters, and inserts nothing into them", async () => {
    const { render } = setUp()
    const data = { text: "\u0000123:0\u0000 $& $1", number: 1 }
    const template = '{{{text}}}{{#cache 60 "a"}}{{{text}}}{{/cache}}'
    for (let time = 0; time < 2; time++) expect(await render(template, data)).toBe(data.text + data.text)
  })

  const wrong: [string, string, string | RegExp][] = [
    ["no name", "\n{{#cache 60}}a{{/cache}}", "line 2: cache needs a timeout and a name"],
    ["no block", '{{cache 60 "a"}}', "line 1: cache is a block"],
    ["what it cannot do", '{{#cache 60 "a" staleFor=60}}a{{/cache}}', "Unknown option staleFor"],
    [
      "a timeout that is not there",
      '{{#cache none "a"}}a{{/cache}}',
      'line 1: The timeout of the fragment "a" is undefined',
    ],
    ["itself", "{{> again}}", /line 1: .*asks getOrSet for a value that waits for it/],
    ["a helper that cuts the text", `{{#cut}}${part}{{/cut}}`, "a helper around {{#cache}} changed the text"],
    ["a helper that encodes the text", `{{#encode}}${part}{{/encode}}`, "a helper around {{#cache}} changed the text"],
    ["block parameters", '{{#cache 60 "a" as |item|}}{{item}}{{/cache}}', "line 1: cache gives no block parameters"],
  ]

  it.each(wrong)("refuses %s, and stores nothing", async (_, template, message) => {
    const { cache, handlebars, render } = setUp()
    handlebars.registerPartial("again", '{{#cache 60 "a"}}{{> again}}{{/cache}}')
    handlebars.registerHelper("cut", function (this: unknown, { fn }: Handlebars.HelperOptions) {
      return String(fn(this)).slice(0, -1)
    })
    handlebars.registerHelper("encode", function (this: unknown, { fn }: Handlebars.HelperOptions) {
      return encodeURIComponent(fn(this))
    })
    await expect(render(template)).rejects.toThrow(message)
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("refuses to be rendered by the template itself", () => {
    const { handlebars } = setUp()
    expect(() => handlebars.compile(part)({})).toThrow("must be rendered by the function that addCacheHelper returned")
  })

  describe("with digest: true", () => {
    const page = '{{#cache 60 "a"}}({{> part}}){{/cache}}'

    it("counts partials however they are registered or given, and as they are in each rendering", async () => {
      const { cache, handlebars, renderTemplate } = setUp({ digest: true })
      const template = handlebars.compile(page)
      const partials = ["1", "2"].map((text) => ({ part: handlebars.compile(text) }))
      for (const given of [...partials, ...partials]) await renderTemplate(template, {}, { partials: given })
      handlebars.registerPartial("part", "1")
      for (const html of [await renderTemplate(template), await renderTemplate(template)]) expect(html).toBe("(1)")
      expect(await keysOf(cache)).toHaveLength(2)
    })

    it("counts a partial that is registered again, as in development, and one that is removed", async () => {
      const { handlebars, renderTemplate } = setUp({ digest: true })
      const template = handlebars.compile(page)
      handlebars.registerPartial("part", "1")
      expect(await renderTemplate(template)).toBe("(1)")
      handlebars.registerPartial({ part: "2" })
      expect(await renderTemplate(template)).toBe("(2)")
      handlebars.unregisterPartial("part")
      await expect(renderTemplate(template)).rejects.toThrow("part could not be found")
    })

    it("warns of partials whose name is computed, or which were compiled elsewhere", async () => {
      const warning = vi.spyOn(process, "emitWarning").mockReturnValue()
      const { handlebars, render } = setUp({ digest: true })
      handlebars.registerPartial("part", Handlebars.compile("1"))
      expect(await render(`${page}{{#cache 60 "b"}}{{> (lookup . "name")}}{{/cache}}`, { name: "part" })).toBe("(1)1")
      expect(warning.mock.calls.map(([text]) => String(text).replace(/:[^:]*$/, ""))).toEqual([
        'line 1: the digest does not follow "part"',
        "line 1: the digest does not follow an include whose name is computed",
      ])
      warning.mockRestore()
    })

    it("works in precompiled templates, and refuses those that were compiled without it", async () => {
      const { cache, handlebars, renderTemplate } = setUp({ digest: true })
      const loaded = (code: unknown) => handlebars.template(new Function(`return ${String(code)}`)())
      await renderTemplate(loaded(handlebars.precompile(part)))
      expect(await cache.has(makeFragmentKey("a"))).toBe(false)
      expect(await keysOf(cache)).toHaveLength(1)
      await expect(renderTemplate(loaded(Handlebars.precompile(part)))).rejects.toThrow(
        "line 1: digest: true needs templates that are compiled after addCacheHelper",
      )
    })
  })

  it("refuses else, and leaves data alone that have its name", async () => {
    const { render } = setUp()
    await expect(render('{{#cache 60 "a"}}a{{else}}b{{/cache}}')).rejects.toThrow("{{else}} in cache is never shown")
    expect(await render("{{#each list as |cache|}}{{cache}}{{#cache}}!{{/cache}}{{/each}}", { list: [1] })).toBe("1!")
  })
})
