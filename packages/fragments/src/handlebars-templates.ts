import type Handlebars from "handlebars"
import { BoundedMemo } from "./bounded-memo.js"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"
import { tagOptionsOfMany } from "./option-names.js"
import { placed } from "./placed-error.js"
import type { FragmentPlugin } from "./plugin-options.js"
import { checkWritten, type Written } from "./tag.js"
import { digestOf, digestOfTexts, type FindIncluded, fragmentId } from "./template-digest.js"

type Program = ReturnType<typeof Handlebars.parse>
type CacheBlock = hbs.AST.BlockStatement
type Partials = Readonly<Record<string, unknown>>

export const example = '{{#cache 600 "user_stats" user.id}} … {{/cache}}'

/** The option that carries the source of a block to its helper, because compiled code does not. */
export const sourceName = "larderSource"

const MOST_FRAGMENTS = 1_000

/** Checks the cache helpers of templates when they are compiled, and records their source for digests. */
export class HandlebarsTemplates {
  readonly #handlebars: typeof Handlebars
  readonly #parse: typeof Handlebars.parse
  readonly #plugin: Pick<FragmentPlugin<unknown>, "cache" | "digestsSource">
  /** The sources of compiled templates. Handlebars replaces a registered partial by its compiled template when it is used. */
  readonly #texts = new WeakMap<object, string>()
  readonly #includes = new BoundedMemo<readonly (string | undefined)[]>(MOST_FRAGMENTS)
  /** Partials are looked up when a fragment is first rendered, since they may be registered after it is compiled, or again. */
  #digests = new WeakMap<Partials, BoundedMemo<string>>()

  /** From now on, checks what `handlebars` compiles. */
  constructor(handlebars: typeof Handlebars, plugin: Pick<FragmentPlugin<unknown>, "cache" | "digestsSource">) {
    this.#handlebars = handlebars
    this.#plugin = plugin
    const { parse, compile, registerPartial, unregisterPartial } = handlebars
    const forgetDigests = (): void => {
      this.#digests = new WeakMap()
    }
    this.#parse = parse
    Object.assign(handlebars, {
      parse: (...given: Parameters<typeof parse>) => this.#prepare(parse(...given)),
      compile: (...[input, compileOptions]: Parameters<typeof compile>) => {
        const template = compile(input, compileOptions)
        if (typeof input === "string") this.#texts.set(template, input)
        return template
      },
      registerPartial(...given: Parameters<typeof registerPartial>) {
        forgetDigests()
        registerPartial.apply(this, given)
      },
      unregisterPartial(name: string) {
        forgetDigests()
        unregisterPartial.call(this, name)
      },
    })
  }

  /**
   * The digest of the source of a block and of its partials, which are registered or passed to the render call. Throws a
   * `FragmentError` if the block was compiled without its source.
   */
  digestOf(source: unknown, given: Partials | undefined, place: TemplatePlace): string {
    if (typeof source !== "string") {
      throw new FragmentError("digest: true needs templates that are compiled after addCacheHelper", place)
    }
    const registered: Partials = this.#handlebars.partials
    const key = given ?? registered
    const memo = this.#digests.get(key) ?? new BoundedMemo<string>(MOST_FRAGMENTS)
    this.#digests.set(key, memo)
    return memo.get(source, () => {
      const { text, includes } = JSON.parse(source) as { text: string; includes: (string | null)[] }
      const names = includes.map((name) => name ?? undefined)
      return digestOf({ id: fragmentId, text, includes: names }, this.#findIn({ ...registered, ...given }), place)
    })
  }

  #findIn(partials: Partials): FindIncluded {
    return (name) => {
      if (!Object.hasOwn(partials, name)) return "missing"
      const partial = partials[name]
      const text = typeof partial === "function" ? this.#texts.get(partial) : partial
      if (typeof text !== "string") return "unknown"
      return { id: name, text, includes: this.#includes.get(text, () => partialsIn(this.#parse(text))) }
    }
  }

  #prepare(program: Program): Program {
    for (const node of nodesOf(program)) {
      if (!isCacheBlock(node)) continue
      check(node, this.#plugin)
      if (this.#plugin.digestsSource) noteSource(node)
    }
    return program
  }
}

function check(block: CacheBlock, plugin: Pick<FragmentPlugin<unknown>, "cache">): void {
  const { params, hash, program, inverse, loc } = block
  const place = { template: loc.source, line: loc.start.line }
  const named = new Map((hash?.pairs ?? []).map(({ key, value }) => [key, written(value)] as const))
  named.delete(sourceName)
  try {
    checkWritten({ given: params.map(written), named }, plugin, { example, known: tagOptionsOfMany })
  } catch (error) {
    throw placed(error, place)
  }
  if (inverse) throw new FragmentError("{{else}} in cache is never shown", place)
  if (program.blockParams?.length > 0) throw new FragmentError("cache gives no block parameters", place)
}

/** Adds the source and the partials of a block as an option of its helper. */
function noteSource(block: CacheBlock): void {
  const { program, hash, loc } = block
  const text = JSON.stringify(program, (key, value: unknown) => (key === "loc" ? undefined : value))
  const value = JSON.stringify({ text: digestOfTexts([text]), includes: partialsIn(program) })
  const literal: hbs.AST.StringLiteral = { type: "StringLiteral", value, original: value, loc }
  const others = (hash?.pairs ?? []).filter(({ key }) => key !== sourceName)
  block.hash = { type: "Hash", pairs: [...others, { type: "HashPair", key: sourceName, value: literal, loc }], loc }
}

/** The names of the partials in it; `undefined` for a computed name and for `@partial-block`. */
function partialsIn(program: Program): (string | undefined)[] {
  return [...nodesOf(program)].filter(isPartial).map(({ name }) => {
    if (name.type === "SubExpression" || ("data" in name && name.data)) return undefined
    return String((name as hbs.AST.PathExpression).original)
  })
}

function written(node: hbs.AST.Expression): Written {
  if (node.type === "NullLiteral") return { value: null }
  return node.type.endsWith("Literal") ? { value: (node as Partial<hbs.AST.StringLiteral>).value } : undefined
}

/** All nodes of a tree, in pre-order. */
function* nodesOf(tree: object): Generator<hbs.AST.Node, void, void> {
  if ("type" in tree) yield tree as hbs.AST.Node
  for (const [key, part] of Object.entries(tree) as [string, unknown][]) {
    if (key !== "loc" && typeof part === "object" && part !== null) yield* nodesOf(part)
  }
}

/** Without arguments, `cache` may be a variable of the template. */
function isCacheBlock(node: hbs.AST.Node): node is CacheBlock {
  if (node.type !== "BlockStatement") return false
  const { path, params, hash } = node as CacheBlock
  return path.original === "cache" && (params.length > 0 || hash !== undefined)
}

function isPartial(node: hbs.AST.Node): node is hbs.AST.PartialStatement {
  return node.type === "PartialStatement" || node.type === "PartialBlockStatement"
}
