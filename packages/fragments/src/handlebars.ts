import type Handlebars from "handlebars"
import { chooseCache } from "./fragment-cache.js"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"
import { makeFragmentKey } from "./fragment-key.js"
import { PlaceholderSession } from "./handlebars-session.js"
import { example, HandlebarsTemplates, sourceName } from "./handlebars-templates.js"
import { checkOptionNames, pluginOptionsOfMany, tagOptionsOfMany } from "./option-names.js"
import { placed } from "./placed-error.js"
import type { PlacedFragment } from "./placed-fragment.js"
import { FragmentPlugin, type FragmentPluginOptions } from "./plugin-options.js"
import { fragmentOf } from "./tag.js"

export { FragmentError } from "./fragment-error.js"
export type { FragmentPluginOptions } from "./plugin-options.js"

/** The options of a plugin, except those that need a single fragment: the fragments of a page are read together. */
export type HandlebarsCacheOptions = Omit<
  FragmentPluginOptions,
  "early" | "lock" | "staleFor" | "staleIfError" | "timeoutHard" | "timeoutSoft"
>

/** Renders a compiled template that may contain cache helpers, also in its partials. */
export type RenderTemplate = (
  template: Handlebars.TemplateDelegate,
  data?: unknown,
  options?: Handlebars.RuntimeOptions,
) => Promise<string>

const sessionName = "larderSession"

/**
 * Adds `{{#cache 600 "user_stats" user.id tags=tags}} … {{/cache}}`, and returns the function that renders templates with it:
 * `const render = addCacheHelper(Handlebars, { cache }); await render(template, data)`. Handlebars renders synchronously, so
 * the page is rendered with placeholders first; then one read returns all fragments, and those that are missing are
 * rendered and stored. Fragments inside of those take one more read.
 *
 * From then on, this Handlebars checks the tags of templates that it compiles or precompiles: an invalid one is an error.
 */
export function addCacheHelper(handlebars: typeof Handlebars, options: HandlebarsCacheOptions): RenderTemplate {
  const plugin = new FragmentPlugin(options, pluginOptionsOfMany)
  const templates = new HandlebarsTemplates(handlebars, plugin)
  handlebars.registerHelper("cache", function (this: unknown, ...all: unknown[]) {
    const call = all.pop() as HelperCall
    const place = placeOf(call)
    try {
      if (call.fn === undefined) throw new FragmentError(`cache is a block: ${example}`, place)
      const session: unknown = call.data?.[sessionName]
      if (!(session instanceof PlaceholderSession)) {
        throw new FragmentError(
          "a template with cache must be rendered by the function that addCacheHelper returned",
          place,
        )
      }
      const [timeout, name, ...vary] = all
      const { [sourceName]: source, ...named } = call.hash
      checkOptionNames(Object.keys(named), tagOptionsOfMany)
      const digest = plugin.digestsSource ? templates.digestOf(source, session.partials, place) : undefined
      const given = fragmentOf(plugin, { timeout, name, vary, named, digest }, call.data?.root)
      const data = frozenFrame(handlebars, call.data)
      const { fn } = call
      // A string, which blocks print unchanged, and which enclosing helpers can use.
      return session.place(placedFragment(given, place, () => textOf(fn(this, { data }))))
    } catch (error) {
      throw placed(error, place)
    }
  })
  return async (template, data, runtimeOptions = {}) => {
    const session = new PlaceholderSession(runtimeOptions.partials)
    return session.fill(template(data, { ...runtimeOptions, data: { ...runtimeOptions.data, [sessionName]: session } }))
  }
}

function placedFragment(
  { name, options }: ReturnType<typeof fragmentOf>,
  place: TemplatePlace,
  body: () => string,
): PlacedFragment {
  const { cache, using, vary, digest } = options
  const key = makeFragmentKey(name, vary, digest)
  return { name, options, key, cache: chooseCache(cache, using), place, body }
}

interface HelperCall {
  readonly fn?: (context: unknown, options: { readonly data: unknown }) => unknown
  readonly hash: Readonly<Record<string, unknown>>
  readonly data?: Frame
  readonly loc?: { readonly start: { readonly line: number }; readonly source?: string }
}

interface Frame extends Readonly<Record<string, unknown>> {
  readonly _parent?: Frame
}

/** A body that consists of one helper returns the value of the helper. */
function textOf(given: unknown): string {
  return given === undefined || given === null ? "" : String(given)
}

/** Copies `@index` and the like, since loops reuse their frame, and the body is rendered later. */
function frozenFrame(handlebars: typeof Handlebars, frame: Frame | undefined): Frame | undefined {
  if (frame === undefined) return undefined
  const { _parent: parent, ...own } = frame
  const copy: Frame = handlebars.createFrame(own)
  return parent === undefined ? copy : Object.assign(copy, { _parent: frozenFrame(handlebars, parent) })
}

function placeOf({ loc }: HelperCall): TemplatePlace {
  return { template: loc?.source, line: loc?.start.line }
}
