import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Cache, createCaches } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { Eta, type TemplateFunction } from "eta"
import { afterAll, describe, expect, it, vi } from "vitest"
import { keysOf } from "../test/keys-of.js"
import { addCacheTag, type EtaData, type FragmentPluginOptions } from "./eta.js"
import { makeFragmentKey } from "./fragment-key.js"

function setUp(options: Partial<FragmentPluginOptions<EtaData>> = {}, config = {}) {
  const cache = new Cache(new LocmemBackend())
  const eta = new Eta(config)
  addCacheTag(eta, { cache, ...options })
  let calls = 0
  const count = (value: unknown): string => `${String(value)}${++calls}`
  const later = async (value: unknown): Promise<unknown> => {
    await new Promise((resolve) => setImmediate(resolve))
    return value
  }
  const render = (template: string, data: object = {}): Promise<string> =>
    eta.renderStringAsync(template, { count, later, ...data })
  return { cache, eta, render, count, later }
}

const part = '<% cache("a", { timeout: 60 }) %><%= it.count(1) %><% endcache %>'

describe("the cache tag of Eta", () => {
  it("takes any timeout and option, those of the plugin for all, and another alias", async () => {
    const caches = createCaches({
      default: { backend: () => new LocmemBackend() },
      other: { backend: () => new LocmemBackend() },
    })
    const { render } = setUp({ cache: caches, timeout: "2m", digest: "v1", vary: ({ lang }) => [lang] })
    await render('<% cache("a", { using: "other", vary: [1] }) %>a<% endcache %>', { lang: "de" })
    expect(Math.ceil((await caches.other.ttl(makeFragmentKey("a", [1, "de"], "v1"))) ?? 0)).toBe(120)
    await render('<% cache("b", { timeout: null }) %>b<% endcache %>')
    expect(await caches.default.ttl(makeFragmentKey("b", [undefined], "v1"))).toBeNull()
    await render('<% cache("c") %>c<% endcache %>')
    expect(await caches.default.has(makeFragmentKey("c", [undefined], "v1"))).toBe(true)
  })

  const places: [string, string, string][] = [
    [
      "a loop",
      '<% for (const i of [1, 2]) { %><% cache("a", { vary: [i] }) %><%= it.count(i) %>;<% endcache %><% } %>',
      "11;22;",
    ],
    ["what waits", '<% cache("a") %><%= await it.later(1) %><%= it.count(1) %><% endcache %>', "111"],
    [
      "includes inside",
      '<% cache("a") %><%~ await includeAsync("@plain", it) %><%~ include("@plain", it) %><% endcache %>',
      "1112",
    ],
    ["a layout", `<% layout("@layout") %>${part}`, "[11]"],
    ["a block of a layout", `<% layout("@blocks") %><% await blockAsync("x", async () => { %>${part}<% }) %>`, "[11]"],
    ["capture", `<% const x = await captureAsync(async () => { %>${part}<% }) %>(<%~ x %>)`, "(11)"],
    [
      "output and capture inside",
      '<% cache("a") %><% output("o") %><%~ capture(() => { %>c<% }) %><%= it.count(1) %><% endcache %>',
      "oc11",
    ],
    [
      "blockAsync inside",
      '<% cache("a") %><%~ await blockAsync("x", async () => { %><%= it.count(1) %><% }) %><% endcache %>',
      "11",
    ],
    ["trimmed tags", '<% cache("a") -%>\n<%= it.count(1) %><%- endcache %>', "11"],
  ]

  it.each(places)("works in and around %s", async (_, template, expected) => {
    const { cache, eta, render } = setUp()
    for (const async of [true, false]) {
      eta.loadTemplate("@plain", "<%= it.count(1) %>", { async })
    }
    eta.loadTemplate("@part", part, { async: true })
    eta.loadTemplate("@layout", "[<%~ it.body %>]", { async: true })
    eta.loadTemplate("@blocks", '[<%~ await blockAsync("x") %>]', { async: true })
    for (let time = 0; time < 2; time++) expect(await render(template)).toBe(expected)
    expect((await keysOf(cache)).length).toBeGreaterThan(0)
  })

  it("keeps what let and const declare inside", async () => {
    const { render } = setUp()
    const template = '<% const x = 1 %><% cache("a") %><% const x = 2 %><%= x %><% endcache %>|<%= x %>'
    for (let time = 0; time < 2; time++) expect(await render(template)).toBe("2|1")
  })

  it("gives each run a text of its own: at once, and in the background", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { render } = setUp()
    const body =
      '<% cache("a", { timeout: 10, staleFor: 60 }) %><%= await it.later(1) %><%= it.count(0) %><% endcache %>'
    const template = `${body}<%= await it.later(2) %>|<%= await it.later(3) %>`
    expect(await Promise.all([render(template), render(template)])).toEqual(["1012|3", "1012|3"])
    vi.advanceTimersByTime(11_000)
    expect(await render(template)).toBe("1012|3")
    await expect.poll(() => render(template)).toBe("1022|3")
    vi.useRealTimers()
  })

  const wrong: [string, string, string][] = [
    ["no end", 'a\n<% cache("a") %>a', "line 2: cache without <% endcache %>"],
    ["no beginning", "a\n<% endcache %>", "line 2: endcache without cache"],
    [
      "an output tag",
      '<%= cache("a") %>a<% endcache %>',
      "line 1: endcache without cache, which stands in a tag of its own",
    ],
    ["no name", "\n\n<% cache() %>a<% endcache %>", "line 3: cache needs a name"],
    ["a function", '<% await cache("a", async () => { %>a<% }) %>', "line 1: cache is written"],
  ]

  it.each(wrong)("refuses %s when it is compiled", async (_, template, message) => {
    const { eta } = setUp()
    expect(() => eta.compile(template, { async: true })).toThrow(message)
  })

  it("refuses a template that cannot wait, naming it", () => {
    const { eta } = setUp()
    expect(() => eta.compile(`a\n${part}`, { async: false, filepath: "/views/page.eta" })).toThrow(
      "/views/page.eta:2: cache needs an asynchronous render: use renderAsync",
    )
    expect(() => eta.renderString(part, {})).toThrow("line 1: cache needs an asynchronous render")
  })

  const wrongAtRender: [string, string, string][] = [
    ["what are no options", '<% cache("a", 60) %>a<% endcache %>', "line 1: cache takes a name and options"],
    [
      "a callback that nothing waits for",
      `\n<% [1].forEach(async () => { %>${part}<% }) %>`,
      "line 2: cache stands in a callback that is not awaited",
    ],
    [
      "callbacks at once",
      `<% await Promise.all([1, 2].map(async (i) => { %><i><% cache("b", { vary: [i] }) %>b<% endcache %></i><% })) %>`,
      "line 1: cache stands in a callback that is not awaited, such as one of forEach, or several run at once; use for … of",
    ],
    [
      "a callback inside",
      '<% cache("a") %><% [1].forEach(async () => { %><% cache("b") %>b<% endcache %><% }) %><% endcache %>',
      "line 1: cache stands in a callback that is not awaited",
    ],
    [
      "a function outside that writes there",
      '\n<% const bold = (text) => { %><b><%= text %></b><% } %><% cache("a") %><% bold(1) %><% endcache %>',
      "line 2: cache calls a function that writes outside of it",
    ],
    ["a layout inside", '<% cache("a") %><% layout("@x") %>a<% endcache %>', "line 1: layout inside cache is lost"],
    [
      "a block of a layout inside",
      '<% layout("@x") %><% cache("a") %><% block("x", () => { %>a<% }) %><% endcache %>',
      "line 1: a block inside cache is lost",
    ],
  ]

  it.each(wrongAtRender)("refuses %s when it is rendered, and stores nothing", async (_, template, message) => {
    const { cache, render } = setUp()
    await expect(render(template)).rejects.toThrow(message)
    if (!template.includes(part)) expect(await cache.has(makeFragmentKey("a"))).toBe(false)
  })

  it("refuses a callback that nothing waits for, also if it ends before the template does", async () => {
    const { render } = setUp()
    const template = `<% [1].forEach(async () => { %>${part}<% }) %>text<% await it.later(1) %>`
    const message =
      "line 1: cache calls a function that writes outside of it, or stands in a callback that is not awaited"
    for (const time of ["at a miss", "at a hit"]) await expect(render(template), time).rejects.toThrow(message)
  })

  it("keeps the line of an error in the body with debug", async () => {
    const { render } = setUp({}, { debug: true })
    const body = "\n<%= it.nobody() %>"
    await expect(render(body)).rejects.toThrow("line 2")
    await expect(render(`<% cache("a") %>${body}<% endcache %>`)).rejects.toThrow("line 2")
    await expect(render(`\n<% cache("a") %><% cache("b") %>${body}<% endcache %><% endcache %>`)).rejects.toThrow(
      "line 3",
    )
  })

  it("works with other delimiters and names, with debug, and in copies of the engine", async () => {
    const { eta, count } = setUp({}, { tags: ["{{", "}}"], varName: "data", debug: true })
    const copy = eta.withConfig({ cache: false })
    const template = '{{ cache("a") }}{{= data.count(1) }}{{ endcache }}'
    expect(await eta.renderStringAsync(template, { count })).toBe("11")
    expect(await copy.renderStringAsync(template, { count })).toBe("11")
  })

  describe("with digest: true", () => {
    const folder = mkdtempSync(join(tmpdir(), "larder-eta-"))
    afterAll(() => rmSync(folder, { recursive: true }))

    const keysWith = async (files: Record<string, string>, named: Record<string, string> = {}): Promise<string[]> => {
      const { cache, eta, count } = setUp({ digest: true }, { views: folder })
      mkdirSync(join(folder, "parts"), { recursive: true })
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.eta`), text)
      for (const [name, text] of Object.entries(named)) eta.loadTemplate(name, text, { async: true })
      await eta.renderAsync("page", { count })
      return keysOf(cache)
    }
    const page = '<% cache("a") %>(<%~ await includeAsync("./parts/part", it) %>)<% endcache %>'

    it("counts files and named templates that are included", async () => {
      const before = await keysWith({ page, "parts/part": '<%~ include("./row") %>', "parts/row": "1", row: "1" })
      expect(await keysWith({ row: "2" })).toEqual(before)
      expect(await keysWith({ "parts/row": "2" })).not.toEqual(before)
      const named = await keysWith({ "parts/part": '<%~ await includeAsync("@row") %>' }, { "@row": "1" })
      expect(await keysWith({}, { "@row": "2" })).not.toEqual(named)
    })

    it("does not count the line that it stands on", async () => {
      const body = '<% cache("a") %><%= it.count(1) %><% endcache %>'
      const keysWithDebug = async (text: string) => {
        const { cache, eta, count } = setUp({ digest: true }, { debug: true })
        await eta.renderStringAsync(text, { count })
        return keysOf(cache)
      }
      expect(await keysWithDebug(`\n\n${body}`)).toEqual(await keysWithDebug(body))
    })

    it("warns of what it cannot follow", async () => {
      const warning = vi.spyOn(process, "emitWarning").mockReturnValue()
      const { eta } = setUp({ digest: true })
      eta.loadTemplate("@own", (() => "own") as TemplateFunction)
      await eta.renderStringAsync('<% cache("a") %><%~ include("@own") %><%~ include(it.name) %><% endcache %>', {
        name: "@own",
      })
      expect(warning.mock.calls.map(([text]) => String(text).replace(/:[^:]*$/, ""))).toEqual([
        'line 1: the digest does not follow "@own"',
        "line 1: the digest does not follow an include whose name is computed",
      ])
      warning.mockRestore()
    })
  })
})
