import {
  type Arguments,
  type Context,
  type Emitter,
  evalToken,
  type Liquid,
  type Parser,
  Tag,
  type TagToken,
  type Template,
  type TopLevelToken,
  toPromise,
  toValue,
  type ValueToken,
} from "liquidjs"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"
import { digestOfLiquid } from "./liquid-digest.js"
import { placed } from "./placed-error.js"
import { FragmentPlugin, type FragmentPluginOptions } from "./plugin-options.js"
import { checkWritten, renderTag, type TagArguments, type Written } from "./tag.js"

export { FragmentError } from "./fragment-error.js"
export type { FragmentPluginOptions } from "./plugin-options.js"

/** The variables of a template, as `vary` of the plugin sees them. */
export type LiquidData = Readonly<Record<string, unknown>>

/**
 * Adds `{% cache 600 "user_stats" user.id tags: tags %} … {% endcache %}`: a timeout, a name, and what the fragment varies
 * on, with or without commas, then options by name. Works in `capture`, `block`, `render`, `include`, loops and itself.
 * Variables assigned inside are not visible outside. A `block` inside, a `break` or `continue` of an outer loop, and a
 * synchronous render are errors.
 */
export function addCacheTag(liquid: Liquid, options: FragmentPluginOptions<LiquidData>): void {
  const plugin = new FragmentPlugin(options)
  liquid.registerTag(
    "cache",
    class extends CacheTag {
      constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
        super(token, remaining, liquid, parser, plugin)
      }
    },
  )
}

const example = '{% cache 600 "user_stats" user.id %}'

class CacheTag extends Tag {
  readonly #plugin: FragmentPlugin<LiquidData>
  readonly #given: readonly ValueToken[]
  readonly #named: ReadonlyMap<string, ValueToken>
  readonly #templates: Template[] = []
  readonly #place: TemplatePlace
  /** The source between the tags. */
  #text = ""
  #digest: string | undefined

  constructor(
    token: TagToken,
    remaining: TopLevelToken[],
    liquid: Liquid,
    parser: Parser,
    plugin: FragmentPlugin<LiquidData>,
  ) {
    super(token, remaining, liquid)
    this.#plugin = plugin
    this.#place = placeOf(token)
    const { given, named } = readArguments(token, this.#place)
    const namedWritten = new Map([...named].map(([name, value]) => [name, written(value)] as const))
    try {
      checkWritten({ given: given.map(written), named: namedWritten }, plugin, { example })
    } catch (error) {
      throw placed(error, this.#place)
    }
    this.#given = given
    this.#named = named
    refuseBlocks(remaining)
    const stream = parser
      .parseStream(remaining)
      .on("tag:endcache", (end: TagToken) => {
        this.#text = token.input.slice(token.end, end.begin)
        stream.stop()
      })
      .on("template", (template: Template) => this.#templates.push(template))
      .on("end", () => {
        throw new FragmentError("cache without {% endcache %}", this.#place)
      })
    stream.start()
  }

  override *render(ctx: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    if (ctx.sync) {
      throw new FragmentError(
        "cache cannot work in a synchronous render; use renderFile, parseAndRender or render",
        this.#place,
      )
    }
    const values: unknown[] = []
    for (const token of this.#given) values.push(toValue(yield evalToken(token, ctx)))
    const named: Record<string, unknown> = {}
    for (const [name, token] of this.#named) named[name] = toValue(yield evalToken(token, ctx))
    const [timeout, name, ...vary] = values
    if (this.#plugin.digestsSource) {
      this.#digest ??= (yield digestOfLiquid(this.#text, this.#templates, this.#place)) as string
    }
    const given: TagArguments = { timeout, name, vary, named, digest: this.#digest }
    const inner = isolated(ctx)
    const html = yield renderTag(this.#plugin, given, inner.environments as LiquidData, this.#place, () =>
      this.#renderBody(inner),
    )
    emitter.write(html)
  }

  /** Like `arguments`, used by LiquidJS to analyze which variables and files a template uses. */
  // biome-ignore lint/correctness/useYield: LiquidJS expects a generator, and nothing is awaited here.
  *children(): Generator<unknown, Template[]> {
    return this.#templates
  }

  *arguments(): Arguments {
    yield* this.#given
    yield* this.#named.values()
  }

  async #renderBody(ctx: Context): Promise<string> {
    const html: unknown = await toPromise(this.liquid.renderer.renderTemplates(this.#templates, ctx))
    if (ctx.breakCalled || ctx.continueCalled) {
      throw new FragmentError(
        `${ctx.breakCalled ? "break" : "continue"} inside cache would leave a loop outside of it, which the cached text ` +
          "cannot; decide it before {% cache %}",
        this.#place,
      )
    }
    // With keepOutputType, a body of one value renders to that value.
    if (typeof html === "string") return html
    return html === null || html === undefined ? "" : Array.isArray(html) ? html.join("") : String(html)
  }
}

function written(token: ValueToken): Written {
  return "content" in token ? { value: toValue(token.content) } : undefined
}

/** A context with all variables of the other one, whose assignments are not visible outside. */
function isolated(ctx: Context): Context {
  const variables: object = Object.create(Object.getPrototypeOf(ctx.environments))
  return ctx.spawn(Object.assign(variables, ctx.getAll()))
}

/** Throws a `FragmentError` for a `block` inside the tag, in the same file. */
function refuseBlocks(remaining: readonly TopLevelToken[]): void {
  let depth = 1
  for (const token of remaining) {
    const { name } = token as Partial<TagToken>
    if (name === "cache") depth++
    if (name === "endcache") depth--
    if (depth === 0) return
    if (name === "block") {
      throw new FragmentError(
        "a block inside cache is lost when the cached text is used; put cache inside the block",
        placeOf(token),
      )
    }
  }
}

function readArguments(token: TagToken, place: TemplatePlace): { given: ValueToken[]; named: Map<string, ValueToken> } {
  const { tokenizer } = token
  const given: ValueToken[] = []
  const named = new Map<string, ValueToken>()
  const readValue = (): ValueToken => {
    const value = tokenizer.readValue()
    if (value === undefined) {
      throw new FragmentError(
        `cache cannot read ${JSON.stringify(tokenizer.remaining().trim())}; it takes values without filters, then ` +
          "options by name",
        place,
      )
    }
    return value as ValueToken
  }
  for (;;) {
    tokenizer.skipBlank()
    if (tokenizer.peek() === ",") {
      tokenizer.advance()
      tokenizer.skipBlank()
    }
    if (tokenizer.end()) return { given, named }
    const begin = tokenizer.p
    const { content } = tokenizer.readIdentifier()
    tokenizer.skipBlank()
    if (content !== "" && (tokenizer.peek() === ":" || tokenizer.peek() === "=")) {
      tokenizer.advance()
      tokenizer.skipBlank()
      named.set(content, readValue())
    } else {
      tokenizer.p = begin
      given.push(readValue())
    }
  }
}

function placeOf(token: TopLevelToken): TemplatePlace {
  return { template: token.file, line: token.getPosition()[0] }
}
