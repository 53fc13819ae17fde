import { Cache, createCaches } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { Liquid } from "liquidjs"
import { describe, expect, it, vi } from "vitest"
import { inPage, uncacheable } from "./enclosing.js"
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
  it("renders once for each of its arguments, which may have commas", async () => {
    const { cache, render } = setUp()
    const template = '{% cache 600 "stats" user.id, lang %}{{ user.id | count }} {% endcache %}'
    for (const id of [7, 8, 7]) await render(template, { user: { id }, lang: "de" })
    expect(await render(template, { user: { id: 7 }, lang: "de" })).toBe("71 ")
    expect(await render(template, { user: { id: "7" }, lang: "de" })).toBe("73 ")
    expect(await cache.get(makeFragmentKey("stats", [8, "de"]))).toBe("82 ")
  })

  it("takes a timeout from a variable, null for ever, and options by name", async () => {
    const { cache, render } = setUp()
    await render('{% cache seconds "a" %}a{% endcache %}{% cache null "b" %}b{% endcache %}', { seconds: "2m" })
    expect(Math.ceil((await cache.ttl(makeFragmentKey("a"))) ?? 0)).toBe(120)
    expect(await cache.ttl(makeFragmentKey("b"))).toBeNull()
    await render('{% cache 60 "c" tags: tags %}c{% endcache %}{% cache 60 "d" tags: "t" %}d{% endcache %}', {
      tags: ["t"],
    })
    await cache.invalidateTags(["t"])
    expect([await cache.has(makeFragmentKey("c")), await cache.has(makeFragmentKey("d"))]).toEqual([false, false])
  })

  it("uses another alias, and the digest and vary of the plugin", async () => {
    const caches = createCaches({
      default: { backend: () => new LocmemBackend() },
      other: { backend: () => new LocmemBackend() },
    })
    const { render } = setUp({ cache: caches, digest: "v1", vary: ({ lang }) => [lang] })
    await render('{% cache 60 "a" 1 using: "other" %}a{% endcache %}', { lang: "de" })
    expect(await caches.other.has(makeFragmentKey("a", [1, "de"], "v1"))).toBe(true)
    await expect(render('\n{% cache 60 "a" using: "none" %}a{% endcache %}')).rejects.toThrow(
      /line 2: There is no cache "none"\. Configured: "default", "other".*line:2/s,
    )
  })

  it("keeps what is escaped as it is, and escapes nothing twice", async () => {
    const { both } = await twice('{% cache 60 "a" %}<b>{{ text }}</b>{% endcache %}', { data: { text: "<i>&" } })
    expect(both).toEqual(["<b>&lt;i&gt;&amp;</b>", "<b>&lt;i&gt;&amp;</b>"])
  })

  const places: [string, string, string, object?][] = [
    ["a loop", '{% for i in (1..2) %}{% cache 60 "a" i %}{{ i | count }};{% endcache %}{% endfor %}', "11;22;"],
    ["capture", '{% capture x %}{% cache 60 "a" %}{{ 1 | count }}{% endcache %}{% endcapture %}{{ x }}', "11"],
    ["a condition", '{% if true %}{% cache 60 "a" %}{{ 1 | count }}{% endcache %}{% endif %}', "11"],
    ["itself", '{% cache 60 "a" %}({% cache 60 "b" %}{{ 1 | count }}{% endcache %}){% endcache %}', "(11)"],
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
    ["no end", '{% cache 60 "a" %}a', /this cache has no {% endcache %}/],
    [
      "an unknown option",
      '{% cache 60 "a" tag: "x" %}a{% endcache %}',
      /Unknown option tag; a cache tag takes using, tags/,
    ],
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
    ["a timeout that is none", '{% cache "soon" "a" %}a{% endcache %}', /line 1: A timeout is a number of seconds/],
    ["a name that is not there", "{% cache 60 none %}a{% endcache %}", /A fragment has a name/],
    [
      "an object without a cacheKey",
      '{% cache 60 "a" user %}a{% endcache %}',
      /vary\[0\] is an instance of User; give it a cacheKey/,
    ],
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
    class User {}
    const { cache, render } = setUp()
    await expect(render(template, { user: new User() })).rejects.toThrow(message)
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("refuses to be rendered synchronously, naming the file", async () => {
    const { cache, liquid } = setUp({}, { page: 'a\n{% cache 60 "a" %}a{% endcache %}' })
    expect(() => liquid.renderFileSync("page")).toThrow("page:2: cache cannot wait in a synchronous render")
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

  it("reports tags to the page, and keeps what is uncacheable from being stored", async () => {
    const { cache, liquid, render } = setUp()
    liquid.registerFilter("mine", (value: unknown) => {
      uncacheable("of a visitor")
      return value
    })
    const page = { tags: vi.fn(), skip: vi.fn() }
    const template = '{% cache 60 "a" %}{% cache 60 "b" tags: "t" %}b{% endcache %}{{ who | mine }}{% endcache %}'
    expect(await inPage(page, () => render(template, { who: "Ada" }))).toBe("bAda")
    expect(await render(template, { who: "Bob" })).toBe("bBob")
    expect(page.tags).toHaveBeenCalledWith("t")
    expect(page.skip).toHaveBeenCalledWith("of a visitor")
    expect([await cache.has(makeFragmentKey("a")), await cache.has(makeFragmentKey("b"))]).toEqual([false, true])
  })

  it("gives text where the engine keeps the type of a value", async () => {
    const liquid = new Liquid({ keepOutputType: true })
    addCacheTag(liquid, { cache: new Cache(new LocmemBackend()) })
    expect(await liquid.parseAndRender('a{% cache 60 "a" %}{{ 7 }}{% endcache %}')).toBe("a7")
  })
})
