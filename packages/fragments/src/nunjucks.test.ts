import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import nunjucks from "nunjucks"
import { describe, expect, it, vi } from "vitest"
import { keysOf } from "../test/keys-of.js"
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
  it("takes a text that is marked as safe for its text", async () => {
    const { cache, render } = setUp()
    await render('{% cache 60, "a", x | safe %}a{% endcache %}', { x: "x" })
    expect(await cache.has(makeFragmentKey("a", ["x"]))).toBe(true)
  })

  const part = '{% cache 60, "a" %}{{ 1 | count }}{% endcache %}'
  const places: [string, string, string, object?][] = [
    ["a condition", `{% if true %}${part}{% endif %}`, "11"],
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
    [
      "a call inside",
      '{% macro m() %}{{ caller() }}{% endmacro %}{% cache 60, "a" %}{% call m() %}{{ 1 | count }}{% endcall %}{% endcache %}',
      "11",
    ],
    [
      "the else of a condition in a loop",
      `{% for i in [1] %}{% if no %}{% else %}${part}{% endif %}{% endfor %}`,
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
    await expect.poll(() => render(template)).toBe("12021|2")
    vi.useRealTimers()
  })

  const wrong: [string, string, RegExp][] = [
    ["no arguments", "\n{% cache %}a{% endcache %}", /Line 2.*\n.*cache needs a timeout and a name/],
    ["no name", "{% cache 60 %}a{% endcache %}", /cache needs a timeout and a name/],
    ["no end", '{% cache 60, "a" %}a', /cache without {% endcache %}/],
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
      "the else of a loop around",
      `{% for i in [] %}{% else %}${part}{% endfor %}`,
      /inside {% for … else %} would lose/,
    ],
    ["an extends inside", '{% cache 60, "a" %}{% extends "m" %}{% endcache %}', /extends inside cache would be lost/],
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
    ["an include in a macro", '{% macro m() %}{% include "part" %}{% endmacro %}{{ m() }}', /included from a macro/],
  ]

  it.each(wrongAtRender)("refuses %s when it is rendered, and stores nothing", async (_, template, message) => {
    const { cache, renderFile } = setUp({}, { page: template, part })
    await expect(renderFile("page")).rejects.toThrow(message)
    expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  const include = '{% include "part" %}'
  const lost: [string, string][] = [
    ["a condition", `{% if true %}${include}{% endif %}`],
    ["a loop", `{% for i in [1, 2] %}${include}{% endfor %}`],
    ["a condition before another tag", `{% if true %}${include}{% endif %}{% cache 60, "c" %}c{% endcache %}`],
    ["set", `{% set x %}${include}{% endset %}{{ x }}`],
    ["filter", `{% filter upper %}${include}{% endfilter %}`],
  ]

  it.each(lost)("refuses a file with a cache tag that is included inside of %s", async (_, page) => {
    const { cache, env, render, renderFile } = setUp({}, { page, part })
    const message = 'line 1: nothing waits for the fragment "a"'
    // What the cache has makes no difference.
    for (let time = 0; time < 2; time++) await expect(renderFile("page")).rejects.toThrow(message)
    await expect(render(page)).rejects.toThrow(message)
    await expect(render(`{% cache 60, "b" %}${page}{% endcache %}`)).rejects.toThrow(message)
    expect(await cache.has(makeFragmentKey("b"))).toBe(false)
    expect(() => env.render("page", {})).toThrow(/nothing waits|needs a callback/)
  })

  it("refuses a block that is filled inside of a condition", async () => {
    const main = "{% if true %}{% block x %}{% endblock %}{% endif %}"
    const { renderFile } = setUp({}, { main, page: `{% extends "main" %}{% block x %}${part}{% endblock %}` })
    await expect(renderFile("page")).rejects.toThrow('line 1: nothing waits for the fragment "a"')
  })

  const waiting: [string, string, string][] = [
    ["ifAsync", `{% ifAsync true %}(${include}){% endif %}${include}.`, "(11)11."],
    ["asyncEach", `{% asyncEach i in [1, 2] %}(${include}){% endeach %}.`, "(11)(11)."],
    ["asyncAll", `{% asyncAll i in [1, 2] %}(${include}){% endall %}.`, "(11)(11)."],
  ]

  it.each(waiting)("waits for files that are included inside of %s", async (_, template, expected) => {
    const { both } = await twice(template, { templates: { part } })
    expect(both).toEqual([expected, expected])
  })

  it("hands on what the rest of the template throws", async () => {
    const { render } = setUp()
    await expect(render(`${part}{{ 1 | fail }}`)).rejects.toThrow("no such thing")
  })

  it("keeps the line of what a body throws, also of one inside", async () => {
    const body = "{{ 1 | count }}\n{{ nobody() }}"
    const nested = `\n{% cache 60, "b" %}${body}{% endcache %}`
    const { renderFile } = setUp({}, { plain: body, page: `{% cache 60, "a" %}${body}{% endcache %}`, nested })
    // Nunjucks counts them from zero.
    await expect(renderFile("plain")).rejects.toThrow("(plain) [Line 1, Column 9]")
    await expect(renderFile("page")).rejects.toThrow("(page) [Line 1, Column 9]")
    await expect(renderFile("nested")).rejects.toThrow("(nested) [Line 2, Column 9]")
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

  describe("with digest: true", () => {
    const page = `{% import "macros" as m %}${part}`
    const keysWith = async (templates: Record<string, string>, name = "page", loader?: object): Promise<string[]> => {
      const { cache, env, renderFile } = setUp({ digest: true }, templates)
      if (loader !== undefined) (env as unknown as { loaders: object[] }).loaders.unshift(loader)
      await renderFile(name)
      return keysOf(cache)
    }
    const macros = "{% macro x() %}1{% endmacro %}"

    it("counts what is imported before the tag, and extended by what is included", async () => {
      const before = await keysWith({ page, macros })
      expect(await keysWith({ page, macros })).toEqual(before)
      expect(await keysWith({ page, macros: macros.replace("1", "2") })).not.toEqual(before)
      const including = '{% cache 60, "a" %}{% include "child" %}{% endcache %}'
      const child = '{% extends "main" %}'
      const one = await keysWith({ page: including, child, main: "1" })
      expect(await keysWith({ page: including, child, main: "2" })).not.toEqual(one)
    })

    it("warns of names that are computed or relative, and of loaders that have to be waited for", async () => {
      const warning = vi.spyOn(process, "emitWarning").mockReturnValue()
      const include = (name: string) => `{% cache 60, "a" %}{% include ${name} ignore missing %}{% endcache %}`
      await keysWith({ page: include("name or 'x'"), x: "" })
      const relative = {
        cache: {},
        isRelative: (name: string) => name.startsWith("./"),
        getSource: () => null,
        resolve: () => "",
      }
      await keysWith({ page: include('"./near"') }, "page", relative)
      const slow = {
        cache: {},
        async: true,
        getSource: (_: string, callback: (error: null, found: null) => void) => callback(null, null),
      }
      await keysWith({ page: include('"far"') }, "page", slow)
      expect(warning.mock.calls.map(([text]) => String(text).replace(/:[^:]*$/, ""))).toEqual([
        "line 1: the digest does not follow an include whose name is computed",
        'line 1: the digest does not follow "./near"',
        'line 1: the digest does not follow "far"',
      ])
      warning.mockRestore()
    })
  })
})
