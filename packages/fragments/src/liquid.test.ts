import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { Liquid } from "liquidjs"
import { describe, expect, it, vi } from "vitest"
import { keysOf } from "../test/keys-of.js"
import { makeFragmentKey } from "./fragment-key.js"
import { addCacheTag, type FragmentPluginOptions } from "./liquid.js"

function setUp(options: Partial<FragmentPluginOptions<Readonly<Record<string, unknown>>>> = {}, templates = {}) {
  const backend = new LocmemBackend()
  const cache = new Cache(backend)
  const liquid = new Liquid({ templates, outputEscape: "escape" })
  addCacheTag(liquid, { cache, ...options })
  let calls = 0
  liquid.registerFilter("count", (value: unknown) => `${String(value)}${++calls}`)
  const render = (template: string, data: object = {}): Promise<string> => liquid.parseAndRender(template, data)
  return { backend, cache, liquid, render }
}

/** Renders twice: a miss and a hit. */
async function twice(template: string, { data = {}, templates = {} } = {}) {
  const { backend, render } = setUp({}, templates)
  const both = [await render(template, { ...data }), await render(template, { ...data })]
  return { both, entries: (await backend.stats()).entries }
}

describe("the cache tag of LiquidJS", () => {
  it("takes arguments with commas, and options with a colon or an equals sign", async () => {
    const { cache, render } = setUp()
    await render('{% cache 600, "a", user.id, "de", tags="t" %}a{% endcache %}', { user: { id: 7 } })
    expect(await cache.get(makeFragmentKey("a", [7, "de"]))).toEqual(["a", "t"])
  })

  const places: [string, string, string, object?][] = [
    ["capture", '{% capture x %}{% cache 60 "a" %}{{ 1 | count }}{% endcache %}{% endcapture %}{{ x }}', "11"],
    ["render", "{% render 'part' %}", "11", { part: '{% cache 60 "a" %}{{ 1 | count }}{% endcache %}' }],
    ["include", "{% include 'part' %}", "11", { part: '{% cache 60 "a" %}{{ 1 | count }}{% endcache %}' }],
    [
      "a block of a layout",
      "{% layout 'main' %}{% block x %}{% cache 60 'a' %}{{ 1 | count }}{% endcache %}{% endblock %}",
      "[11]",
      { main: "[{% block x %}{% endblock %}]" },
    ],
    ["include inside", "{% cache 60 'a' %}{% include 'part' %}{% endcache %}", "11", { part: "{{ 1 | count }}" }],
    [
      "an included file with a block",
      "{% cache 60 'a' %}{% include 'part' %}{% endcache %}",
      "11",
      { part: "{% block x %}{{ 1 | count }}{% endblock %}" },
    ],
    [
      "a loop inside",
      "{% cache 60 'a' %}{% for i in (1..3) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}{% endcache %}",
      "1",
    ],
  ]

  it.each(places)("works in and around %s", async (_, template, expected, templates = {}) => {
    const { both, entries } = await twice(template, { templates })
    expect(both).toEqual([expected, expected])
    expect(entries).toBeGreaterThan(0)
  })

  const leaks: [string, string][] = [
    ["assign", "{% assign x = 2 %}"],
    ["capture", "{% capture x %}2{% endcapture %}"],
    ["increment", "{% increment n %}"],
    ["assign in an included file", "{% include 'part' %}"],
  ]

  it.each(leaks)("keeps what %s sets inside", async (_, inside) => {
    const template = `{% assign x = 1 %}{% cache 60 "a" %}${inside}{{ x }}{% endcache %}|{{ x }}|{% increment n %}`
    const { both } = await twice(template, { data: { n: 5 }, templates: { part: "{% assign x = 2 %}" } })
    expect(both.map((html) => html.split("|").slice(1))).toEqual([
      ["1", "5"],
      ["1", "5"],
    ])
  })

  const wrong: [string, string, string | RegExp][] = [
    ["no arguments", "\n{% cache %}a{% endcache %}", /line 2: cache needs a timeout and a name/],
    ["no name", "{% cache 60 %}a{% endcache %}", /cache needs a timeout and a name/],
    ["no end", '{% cache 60 "a" %}a', /cache without {% endcache %}/],
    ["a filter", '{% cache 60 "a" user | upcase %}a{% endcache %}', /cache cannot read "\| upcase"/],
    [
      "a block inside",
      '\n\n{% cache 60 "a" %}{% block x %}{% endblock %}{% endcache %}',
      /line 3: a block inside cache is lost/,
    ],
  ]

  it.each(wrong)("refuses %s when it is parsed", (_, template, message) => {
    const { liquid } = setUp()
    expect(() => liquid.parse(template)).toThrow(message)
  })

  const wrongAtRender: [string, string, string | RegExp][] = [
    ["a timeout that is not there", '{% cache none "a" %}a{% endcache %}', /timeout of the fragment "a" is undefined/],
    [
      "break",
      '{% for i in (1..2) %}{% cache 60 "a" %}{% break %}{% endcache %}{% endfor %}',
      /break inside cache would leave a loop/,
    ],
    [
      "continue",
      '{% for i in (1..2) %}{% cache 60 "a" %}{% continue %}{% endcache %}{% endfor %}',
      /continue inside cache/,
    ],
  ]

  it.each(wrongAtRender)("refuses %s when it is rendered, and stores nothing", async (_, template, message) => {
    const { cache, render } = setUp()
    await expect(render(template)).rejects.toThrow(message)
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("refuses to be rendered synchronously, naming the file", async () => {
    const { cache, liquid } = setUp({}, { page: 'a\n{% cache 60 "a" %}a{% endcache %}' })
    expect(() => liquid.renderFileSync("page")).toThrow("page:2: cache cannot work in a synchronous render")
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("stores nothing when the body fails, whose error it leaves alone", async () => {
    const { cache, liquid, render } = setUp()
    liquid.registerFilter("fail", () => Promise.reject(new Error("no such thing")))
    await expect(render('{% cache 60 "a" %}{{ 1 | fail }}{% endcache %}')).rejects.toThrow(
      /^no such thing, line:1, col:19/,
    )
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("gives text where the engine keeps the type of a value", async () => {
    const liquid = new Liquid({ keepOutputType: true })
    addCacheTag(liquid, { cache: new Cache(new LocmemBackend()) })
    expect(await liquid.parseAndRender('a{% cache 60 "a" %}{{ 7 }}{% endcache %}')).toBe("a7")
  })

  it("tells LiquidJS what variables it uses", () => {
    const { liquid } = setUp()
    const template = '{% cache time "a" user.id, tags: list %}{{ inside }}{% endcache %}'
    expect(liquid.variablesSync(template).toSorted()).toEqual(["inside", "list", "time", "user"])
  })

  describe("with digest: true", () => {
    const keysWith = async (page: string, templates: Record<string, string>): Promise<string[]> => {
      const { cache, render } = setUp({ digest: true }, templates)
      await render(page)
      return keysOf(cache)
    }
    const page = '{% cache 60 "a" %}{% if true %}{% render "part" %}{% endif %}{% endcache %}'

    it("counts what is rendered, and the layout of that", async () => {
      const files = { part: '{% layout "main" %}{% block x %}1{% endblock %}', main: "[{% block x %}{% endblock %}]" }
      const before = await keysWith(page, files)
      expect(await keysWith(page, { ...files })).toEqual(before)
      expect(await keysWith(page, { ...files, main: "({% block x %}{% endblock %})" })).not.toEqual(before)
    })

    it("comes to an end in a template that renders itself, and at one that is not there", async () => {
      const part = "{% if false %}{% render 'part' %}{% render 'gone' %}{% endif %}1"
      expect(await keysWith(page, { part })).not.toEqual(await keysWith(page, { part: `${part}2` }))
    })

    it("warns of a name that is computed", async () => {
      const warning = vi.spyOn(process, "emitWarning").mockReturnValue()
      await keysWith('{% assign name = "part" %}{% cache 60 "a" %}{% render name %}{% endcache %}', { part: "" })
      expect(warning).toHaveBeenCalledWith(
        expect.stringContaining("line 1: the digest does not follow an include whose name is computed"),
        { type: "LarderWarning", code: "LARDER_FRAGMENT_DIGEST" },
      )
      warning.mockRestore()
    })
  })
})
