import type { Cache, CachesControl } from "@larder/core"
import ejs from "ejs"
import { Eta } from "eta"
import Handlebars from "handlebars"
import { type Child, type FC, Fragment, jsx } from "hono/jsx"
import { Liquid } from "liquidjs"
import nunjucks from "nunjucks"
import { cacheHelper } from "../src/ejs.js"
import { addCacheTag as addEtaTag } from "../src/eta.js"
import { addCacheHelper } from "../src/handlebars.js"
import { createCache } from "../src/hono.js"
import { addCacheTag as addLiquidTag } from "../src/liquid.js"
import { addCacheTag as addNunjucksTag } from "../src/nunjucks.js"
import { complete, type Part, type Spelling, spell, type Template, type Value, written } from "./template-part.js"

export type Data = Readonly<Record<string, unknown>>

export interface SetUp {
  readonly cache: Cache | CachesControl
  readonly using?: string
  readonly digest?: string | true
  readonly vary?: (data: unknown) => readonly unknown[]
  /** Files that can be included. */
  readonly files?: Readonly<Record<string, Template>>
  readonly helpers?: Readonly<Record<string, (value: unknown) => unknown>>
}

export interface Engine {
  readonly name: string
  /** Sets the engine up anew, and gives what renders templates with it. */
  readonly make: (setUp: SetUp) => (template: Template, data?: Data) => Promise<string>
  /** Compiles and renders nothing; absent where nothing is known of a tag before it is rendered. */
  readonly compile?: (setUp: SetUp, template: Template) => unknown
  /** What an error says of a tag in the second line; absent where the engine tells nothing. */
  readonly secondLine?: RegExp
  /** Whether data reach the plugin's `vary`. */
  readonly seesData: boolean
  /** Whether `digest: true` is there. */
  readonly digestsSource: boolean
}

const namedWith = (between: string, after: string, named: Readonly<Record<string, Value>>): string =>
  Object.entries(named)
    .map(([name, value]) => `${after}${name}${between}${written(value)}`)
    .join("")

const liquidWords: Spelling = {
  print: (name) => `{{ ${name} }}`,
  call: (helper, name) => `{{ ${name} | ${helper} }}`,
  each: (list, body) => `{% for item in ${list} %}${body}{% endfor %}`,
  include: (name) => `{% include "${name}" %}`,
  cached: ({ timeout, name, vary, named }, body) =>
    `{% cache ${[timeout, name, ...vary].map((value) => written(value)).join(" ")}${namedWith(": ", " ", named)} %}` +
    `${body}{% endcache %}`,
}

function makeLiquid({ files = {}, helpers = {}, ...options }: SetUp): Liquid {
  const templates = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, spell(liquidWords, file)]))
  const liquid = new Liquid({ templates, outputEscape: "escape" })
  addLiquidTag(liquid, options)
  for (const [name, helper] of Object.entries(helpers)) liquid.registerFilter(name, helper)
  return liquid
}

const nunjucksWords: Spelling = {
  ...liquidWords,
  cached: ({ timeout, name, vary, named }, body) =>
    `{% cache ${[timeout, name, ...vary].map((value) => written(value)).join(", ")}${namedWith("=", ", ", named)} %}` +
    `${body}{% endcache %}`,
}

function makeNunjucks({ files = {}, helpers = {}, ...options }: SetUp): nunjucks.Environment {
  const getSource = (name: string) => {
    const file = files[name]
    return (file && { src: spell(nunjucksWords, file), path: name, noCache: true }) as nunjucks.LoaderSource
  }
  const environment = new nunjucks.Environment({ getSource }, { autoescape: true })
  addNunjucksTag(environment, options)
  for (const [name, helper] of Object.entries(helpers)) environment.addFilter(name, helper)
  return environment
}

/** For engines whose templates are JavaScript; `item` is a variable of a loop. */
const inJavaScript = (ofData: string): Pick<Spelling, "print" | "call"> & { options(tag: object): string } => {
  const variable = (name: string): string => (name === "item" ? name : `${ofData}${name}`)
  return {
    print: (name) => `<%= ${variable(name)} %>`,
    call: (helper, name) => `<%= ${ofData}${helper}(${variable(name)}) %>`,
    options: (tag) => {
      const { timeout, vary, named } = complete(tag)
      const given = Object.entries({ timeout, ...named }).map(([name, value]) => `${name}: ${written(value, variable)}`)
      return `{ ${[...given, `vary: [${vary.map((value) => written(value, variable)).join(", ")}]`].join(", ")} }`
    },
  }
}

const etaJavaScript = inJavaScript("it.")
const etaWords: Spelling = {
  ...etaJavaScript,
  each: (list, body) => `<% for (const item of it.${list}) { %>${body}<% } %>`,
  include: (name) => `<%~ await includeAsync("@${name}", it) %>`,
  cached: (tag, body) =>
    `<% cache(${written(tag.name, (name) => `it.${name}`)}, ${etaJavaScript.options(tag)}) %>${body}<% endcache %>`,
}

function makeEta({ files = {}, helpers: _, ...options }: SetUp): Eta {
  // By default, Eta drops a line break after any of its tags.
  const eta = new Eta({ autoTrim: false })
  addEtaTag(eta, options)
  // What is included has to be there before what includes it is compiled, for the digest of its source.
  for (const [name, file] of Object.entries(files)) eta.loadTemplate(`@${name}`, spell(etaWords, file), { async: true })
  return eta
}

const ejsJavaScript = inJavaScript("")

/** The body of a tag is a file of its own, which is included. */
function ejsWords(files: Map<string, string>): Spelling {
  const scope = '{ ...locals, ...(typeof item === "undefined" ? {} : { item }) }'
  return {
    ...ejsJavaScript,
    each: (list, body) => `<% for (const item of ${list}) { %>${body}<% } %>`,
    include: (name) => `<%- await include("${name}", ${scope}) %>`,
    cached: (tag, body) => {
      const known = [...files.keys()].find((file) => files.get(file) === body)
      const file = known ?? `body${files.size}`
      files.set(file, body)
      const name = written(tag.name)
      return `<%- await cache(${name}, ${ejsJavaScript.options(tag)}, () => include("${file}", ${scope})) %>`
    },
  }
}

const handlebarsWords: Spelling = {
  print: (name) => `{{${name}}}`,
  call: (helper, name) => `{{${helper} ${name}}}`,
  each: (list, body) => `{{#each ${list} as |item|}}${body}{{/each}}`,
  include: (name) => `{{> ${name}}}`,
  cached: ({ timeout, name, vary, named }, body) =>
    `{{#cache ${[timeout, name, ...vary].map((value) => written(value)).join(" ")}${namedWith("=", " ", named)}}}` +
    `${body}{{/cache}}`,
}

function makeHandlebars({ files = {}, helpers = {}, ...options }: SetUp) {
  const handlebars = Handlebars.create()
  const render = addCacheHelper(handlebars, options)
  for (const [name, helper] of Object.entries(helpers)) handlebars.registerHelper(name, helper)
  for (const [name, file] of Object.entries(files)) handlebars.registerPartial(name, spell(handlebarsWords, file))
  return { handlebars, render }
}

export const engines: readonly Engine[] = [
  {
    name: "LiquidJS",
    make: (setUp) => {
      const liquid = makeLiquid(setUp)
      return async (template, data = {}) => liquid.parseAndRender(spell(liquidWords, template), data)
    },
    compile: (setUp, template) => makeLiquid(setUp).parse(spell(liquidWords, template)),
    secondLine: /line 2: /,
    seesData: true,
    digestsSource: true,
  },
  {
    name: "Nunjucks",
    make: (setUp) => {
      const environment = makeNunjucks(setUp)
      return (template, data = {}) =>
        new Promise((resolve, reject) => {
          environment.renderString(spell(nunjucksWords, template), data, (error, html) =>
            error ? reject(error) : resolve(html ?? ""),
          )
        })
    },
    compile: (setUp, template) =>
      new nunjucks.Template(spell(nunjucksWords, template), makeNunjucks(setUp), "page", true),
    secondLine: /[Ll]ine 2\b/,
    seesData: true,
    digestsSource: true,
  },
  {
    name: "Eta",
    make: (setUp) => {
      const eta = makeEta(setUp)
      return (template, data) => eta.renderStringAsync(spell(etaWords, template), { ...setUp.helpers, ...data })
    },
    secondLine: /line 2: /,
    seesData: true,
    digestsSource: true,
  },
  {
    name: "EJS",
    make: ({ files = {}, helpers, digest, ...options }) => {
      const sources = new Map<string, string>()
      const words = ejsWords(sources)
      for (const [name, file] of Object.entries(files)) sources.set(name, spell(words, file))
      const includer = (name: string) => ({ template: sources.get(name) ?? "" })
      const sourceOf = (name: string) => sources.get(name)
      const cache = cacheHelper({
        ...options,
        ...(digest !== undefined && { digest: digest === true ? sourceOf : digest }),
      })
      return async (template, data) =>
        ejs.render(spell(words, template), { cache, ...helpers, ...data }, {
          async: true,
          includer,
        } as ejs.Options & { async: true })
    },
    secondLine: />> 2\|/,
    seesData: false,
    digestsSource: true,
  },
  {
    name: "Handlebars",
    make: (setUp) => {
      const { handlebars, render } = makeHandlebars(setUp)
      // By default, Handlebars drops the line break after a block or a partial that is alone on its line.
      const compile = (text: string) => handlebars.compile(text, { ignoreStandalone: true })
      return async (template, data = {}) => render(compile(spell(handlebarsWords, template)), data)
    },
    compile: (setUp, template) => makeHandlebars(setUp).handlebars.precompile(spell(handlebarsWords, template)),
    secondLine: /line 2: /,
    seesData: true,
    digestsSource: true,
  },
  {
    name: "Hono JSX",
    make: ({ files = {}, helpers = {}, digest, ...options }) => {
      const Cached = createCache({ ...options, ...(typeof digest === "string" && { digest }) }) as FC<object>
      const nodes = (template: Template, data: Data): Child[] => template.map((part) => node(part, data))
      const node = (part: Part, data: Data): Child => {
        const evaluated = (value: Value): unknown =>
          typeof value === "object" && value !== null ? data[value.variable] : value
        if (typeof part === "string") return part
        if ("print" in part) return data[part.print] as Child
        if ("call" in part) return jsx((() => helpers[part.call]?.(data[part.of])) as FC, {})
        if ("each" in part)
          return (data[part.each] as readonly unknown[]).flatMap((item) => nodes(part.body, { ...data, item })) as Child
        if ("include" in part) return jsx(Fragment, {}, ...nodes(files[part.include] ?? [], data))
        const { timeout, name, vary, named } = complete(part.cached)
        const others = Object.entries(named).map(([option, value]) => [option, evaluated(value)])
        const props = { timeout: evaluated(timeout), name: evaluated(name), vary: vary.map(evaluated) }
        return jsx(Cached, { ...props, ...Object.fromEntries(others) }, ...nodes(part.body, data))
      }
      return async (template, data = {}) => String(await jsx(Fragment, {}, ...nodes(template, data)).toString())
    },
    seesData: false,
    digestsSource: false,
  },
]
