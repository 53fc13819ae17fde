import { Cache, createCaches } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import nunjucks from "nunjucks"
import { describe, expect, it, vi } from "vitest"
import { inPage } from "./enclosing.js"
import { makeFragmentKey } from "./fragment-key.js"
import { addCacheTag, type FragmentPluginOptions, type NunjucksData } from "./nunjucks.js"

function setUp(options: Partial<FragmentPluginOptions<NunjucksData>> = {}, templates: Record<string, string> = {}) {
  const backend = new LocmemBackend()
  const cache = new Cache(backend)
  const loader = {
    getSource: (name: string) => ({ src: templates[name] ?? "", path: name, noCache: true }),
  }
  const env = new nunjucks.Environment(loader, { autoescape: true })
  addCacheTag(env, { cache, ...options })
  let calls = 0
  env.addFilter("count", (value: unknown) => `${String(value)}${++calls}`)
  env.addFilter(
    "later",
    (value: unknown, callback: (error: unknown, value?: unknown) => void) => setImmediate(callback, null, value),
    true,
  )
  env.addFilter("fail", () => {
    throw new Error("no such thing")
  })
  const finished = (work: (callback: (error: unknown, html: string | null) => void) => void): Promise<string> =>
    new Promise((resolve, reject) => {
      work((error, html) => (error ? reject(error) : resolve(html ?? "")))
    })
  const render = (template: string, data: object = {}) => finished((done) => env.renderString(template, data, done))
  const renderFile = (name: string, data: object = {}) => finished((done) => env.render(name, data, done))
  return { backend, cache, env, render, renderFile }
}

async function twice(template: string, { data = {}, templates = {} } = {}) {
  const { backend, render } = setUp({}, templates)
  const both = [await render(template, data), await render(template, data)]
  return { both, entries: (await backend.stats()).entries }
}

describe("the cache tag of Nunjucks", () => {
  it("renders once for each of its arguments", async () => {
    const { cache, render } = setUp()
    const template = '{% cache 600, "stats", user.id, lang %}{{ user.id | count }} {% endcache %}'
    for (const id of [7, 8, 7]) await render(template, { user: { id }, lang: "de" })
    expect(await render(template, { user: { id: 7 }, lang: "de" })).toBe("71 ")
    expect(await render(template, { user: { id: "7" }, lang: "de" })).toBe("73 ")
    expect(await cache.get(makeFragmentKey("stats", [8, "de"]))).toBe("82 ")
  })

  it("takes a timeout from a variable, null for ever, and options by name", async () => {
    const { cache, render } = setUp()
    await render('{% cache seconds, "a" %}a{% endcache %}{% cache null, "b" %}b{% endcache %}', { seconds: "2m" })
    expect(Math.ceil((await cache.ttl(makeFragmentKey("a"))) ?? 0)).toBe(120)
    expect(await cache.ttl(makeFragmentKey("b"))).toBeNull()
    await render('{% cache 60, "c", tags=["t"] %}c{% endcache %}{% cache 60, "d", tags="t" %}d{% endcache %}')
    await cache.invalidateTags(["t"])
    expect([await cache.has(makeFragmentKey("c")), await cache.has(makeFragmentKey("d"))]).toEqual([false, false])
  })

  it("uses another alias, and the digest and vary of the plugin", async () => {
    const caches = createCaches({
      default: { backend: () => new LocmemBackend() },
      other: { backend: () => new LocmemBackend() },
    })
    const { render } = setUp({ cache: caches, digest: "v1", vary: ({ lang }) => [lang] })
    await render('{% cache 60, "a", 1, using="other" %}a{% endcache %}', { lang: "de" })
    expect(await caches.other.has(makeFragmentKey("a", [1, "de"], "v1"))).toBe(true)
    await expect(render('\n{% cache 60, "a", using="none" %}a{% endcache %}')).rejects.toThrow(
      /line 2: There is no cache "none"/,
    )
  })

  it("keeps what is escaped as it is, escapes nothing twice, and takes a safe text for its text", async () => {
    const template = '{% cache 60, "a", x | safe %}<b>{{ text }}{{ 1 | later }}</b>{% endcache %}'
    const { both } = await twice(template, { data: { text: "<i>&", x: "x" } })
    expect(both).toEqual(["<b>&lt;i&gt;&amp;1</b>", "<b>&lt;i&gt;&amp;1</b>"])
  })

  const part = '{% cache 60, "a" %}{{ 1 | count }}{% endcache %}'
  const places: [string, string, string, object?][] = [
    ["a loop", '{% for i in [1, 2] %}{% cache 60, "a", i %}{{ i | count }};{% endcache %}{% endfor %}', "11;22;"],
    ["a condition", `{% if true %}${part}{% endif %}`, "11"],
    ["itself", `{% cache 60, "b" %}(${part}){% endcache %}`, "(11)"],
    ["include", '{% include "part" %}', "11", { part }],
    ["include inside", '{% cache 60, "b" %}{% include "part" %}{% endcache %}', "11", { part: "{{ 1 | count }}" }],
    [
      "a block",
      `{% extends "main" %}{% block x %}${part}{% endblock %}`,
      "[11]",
      { main: "[{% block x %}{% endblock %}]" },
    ],
    [
      "a block inside",
      '{% extends "main" %}{% block x %}{{ 1 | count }}{% endblock %}',
      "[11]",
      { main: '[{% cache 60, "a" %}{% block x %}{% endblock %}{% endcache %}]' },
    ],
    ["an async filter", '{% cache 60, "a" %}{{ 1 | count | later }}{% endcache %}', "11"],
    ["an async loop", `{% asyncEach i in [1] %}${part}{% endeach %}`, "11"],
    [
      "the call of a macro",
      `{% macro m() %}{{ 1 | count }}{% endmacro %}{% cache 60, "a" %}{{ m() }}{% endcache %}`,
      "11",
    ],
    ["raw text", `{% raw %}{% macro m() %}{% endraw %}${part}`, "{% macro m() %}11"],
    [
      "a macro that is over",
      `{% macro m() %}{% if a %}{% endif %}{% endmacro %}{% set y %}y{% endset %}{% set z = 1 %}${part}`,
      "11",
    ],
  ]

  it.each(places)("works in and around %s", async (_, template, expected, templates = {}) => {
    const { both, entries } = await twice(template, { templates })
    expect(both).toEqual([expected, expected])
    expect(entries).toBeGreaterThan(0)
  })

  const leaks: [string, string][] = [
    ["set", "{% set x = 2 %}"],
    ["set, long form", "{% set x %}2{% endset %}"],
    ["set in a condition", "{% if true %}{% set x = 2 %}{% endif %}"],
    ["set of something new", "{% set y = 2 %}"],
    ["set after waiting", "{{ 1 | later }}{% set x = 2 %}"],
  ]

  it.each(leaks)("keeps what %s sets inside, where it is seen", async (_, inside) => {
    const body = `{% cache 60, "a" %}${inside}[{{ x }}{{ y }}]{% endcache %}`
    const { both } = await twice(`{% set x = 1 %}${body}|{{ x }}{{ y }}{% include "part" %}`, {
      templates: { part: "{{ x }}{{ y }}" },
    })
    const seen = inside.includes("y =") ? "12" : "2"
    for (const html of both) expect(html.replace(/^1\[/, "[")).toBe(`[${seen}]|11`)
  })

  it("gives each run a scope of its own, also one in the background", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { render } = setUp()
    const template =
      '{% set x = 1 %}{% cache 10, "a", staleFor=60 %}{% set x = 2 %}{{ 1 | later }}{{ x }}{{ 0 | count }}{% endcache %}' +
      "{{ 1 | later }}{% set x = x + 1 %}|{{ x }}"
    expect(await render(template)).toBe("12011|2")
    vi.advanceTimersByTime(11_000)
    expect(await render(template)).toBe("12011|2")
    await vi.waitFor(async () => expect(await render(template)).toBe("12021|2"))
    vi.useRealTimers()
  })

  const wrong: [string, string, RegExp][] = [
    ["no arguments", "\n{% cache %}a{% endcache %}", /Line 2.*\n.*cache needs a timeout and a name/],
    ["no name", "{% cache 60 %}a{% endcache %}", /cache needs a timeout and a name/],
    [
      "a name that is no text",
      "{% cache 60, 7 %}a{% endcache %}",
      /A fragment has a name, a text that is not empty; got 7/,
    ],
    ["no end", '{% cache 60, "a" %}a', /this cache has no {% endcache %}/],
    [
      "an unknown option",
      '{% cache 60, "a", tag="x" %}a{% endcache %}',
      /Unknown option tag; a cache tag takes using, tags/,
    ],
    [
      "a macro around",
      `\n\n{% macro m() %}{% if a %}${part}{% endif %}{% endmacro %}`,
      /Line 3.*\n.*inside {% macro %} would lose.*put cache around the call/,
    ],
    ["a set around", `{% set x %}${part}{% endset %}`, /inside {% set %} would lose/],
    ["a call around", `{% call m() %}${part}{% endcall %}`, /inside {% call %} would lose/],
    ["a filter around", `{% filter upper %}${part}{% endfilter %}`, /inside {% filter %} would lose/],
    ["a switch around", `{% switch 1 %}{% case 1 %}${part}{% endswitch %}`, /inside {% switch %} would lose/],
    [
      "an import inside",
      '{% cache 60, "a" %}{% import "m" as m %}{% endcache %}',
      /import inside cache would be seen outside/,
    ],
    [
      "a macro inside",
      '{% cache 60, "a" %}{% macro m() %}{% endmacro %}{% endcache %}',
      /macro inside cache would be seen outside/,
    ],
    [
      "a set of a loop's variable",
      '{% for i in [1] %}{% cache 60, "a" %}{% set i = 2 %}{% endcache %}{% endfor %}',
      /set of i inside cache would change the loop/,
    ],
  ]

  it.each(wrong)("refuses %s when it is compiled, naming the template", async (_, template, message) => {
    const { backend, renderFile } = setUp({}, { page: template })
    await expect(renderFile("page")).rejects.toThrow(message)
    await expect(renderFile("page")).rejects.toThrow(/\(page\)/)
    expect((await backend.stats()).entries).toBe(0)
  })

  const wrongAtRender: [string, string, RegExp][] = [
    [
      "a timeout that is not there",
      '\n{% cache missing, "a" %}a{% endcache %}',
      /line 2: The timeout of the fragment "a" is undefined/,
    ],
    ["a timeout that is none", '{% cache "soon", "a" %}a{% endcache %}', /line 1: A timeout is a number of seconds/],
    ["a name that is not there", "{% cache 60, missing %}a{% endcache %}", /line 1: A fragment has a name/],
    [
      "an object without a cacheKey",
      '{% cache 60, "a", user %}a{% endcache %}',
      /vary\[0\] is an instance of User; give it a cacheKey/,
    ],
    ["an include in a macro", '{% macro m() %}{% include "part" %}{% endmacro %}{{ m() }}', /included from a macro/],
    ["a body that fails", '{% cache 60, "a" %}{{ 1 | fail }}{% endcache %}', /no such thing/],
  ]

  it.each(wrongAtRender)("refuses %s when it is rendered, and stores nothing", async (_, template, message) => {
    class User {}
    const { cache, renderFile } = setUp({}, { page: template, part })
    await expect(renderFile("page", { user: new User() })).rejects.toThrow(message)
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("hands on what the rest of the template throws", async () => {
    const { render } = setUp()
    await expect(render(`${part}{{ 1 | fail }}`)).rejects.toThrow("no such thing")
  })

  it("refuses to be rendered without a callback", () => {
    const { env } = setUp({}, { page: part })
    expect(() => env.render("page", {})).toThrow("page: render of a template with a cache tag needs a callback")
    expect(() => env.renderString(part, {})).toThrow("renderString of a template with a cache tag needs a callback")
    expect(env.renderString("plain", {})).toBe("plain")
  })

  it("works in precompiled templates", async () => {
    const { env } = setUp()
    const code = nunjucks.precompileString(part, { name: "page", env })
    const window: { nunjucksPrecompiled?: Record<string, unknown> } = {}
    new Function("window", code)(window)
    const loader = new nunjucks.PrecompiledLoader(window.nunjucksPrecompiled as unknown as unknown[])
    const running = new nunjucks.Environment(loader)
    const cache = new Cache(new LocmemBackend())
    addCacheTag(running, { cache })
    running.addFilter("count", (value: unknown) => `${String(value)}!`)
    const html = await new Promise((resolve, reject) => {
      running.render("page", {}, (error, text) => (error ? reject(error) : resolve(text)))
    })
    expect(html).toBe("1!")
    expect(await cache.get(makeFragmentKey("a"))).toBe("1!")
  })

  it("reports tags to the page", async () => {
    const { render } = setUp()
    const page = { tags: vi.fn(), skip: vi.fn() }
    const template = '{% cache 60, "a" %}{% cache 60, "b", tags="t" %}b{% endcache %}{% endcache %}'
    for (let time = 0; time < 2; time++) expect(await inPage(page, () => render(template))).toBe("b")
    expect(page.tags.mock.calls).toEqual([["t"], ["t"]])
  })
})
