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

/** Those of a plugin that a page whose fragments are asked for at once can have. */
export type HandlebarsCacheOptions = Omit<
  FragmentPluginOptions,
  "early" | "lock" | "staleFor" | "staleIfError" | "timeoutHard" | "timeoutSoft"
>

/** Renders a compiled template whose partials and itself may have cache helpers. */
export type RenderTemplate = (
  template: Handlebars.TemplateDelegate,
  data?: unknown,
  options?: Handlebars.RuntimeOptions,
) => Promise<string>

const sessionName = "larderSession"

/**
 * Adds `{{#cache 600 "user_stats" user.id tags=tags}} … {{/cache}}`, and gives the function that renders templates with it:
 * `const render = addCacheHelper(Handlebars, { cache }); await render(template, data)`. Handlebars itself cannot wait. So
 * the page is rendered with placeholders first; then one read brings all fragments, and those that are missing are
 * rendered and kept. Fragments inside of those take one more read.
 *
 * What this Handlebars compiles or precompiles from then on is looked at: a tag that cannot be right is an error there.
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
      // A text, which blocks print as it is: helpers around may use it as one.
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

/** A body that is one helper and nothing else gives what the helper gives. */
function textOf(given: unknown): string {
  return given === undefined || given === null ? "" : String(given)
}

/** What `@index` and the like are now: loops change the frame that they hand out, and the body comes later. */
function frozenFrame(handlebars: typeof Handlebars, frame: Frame | undefined): Frame | undefined {
  if (frame === undefined) return undefined
  const { _parent: parent, ...own } = frame
  const copy: Frame = handlebars.createFrame(own)
  return parent === undefined ? copy : Object.assign(copy, { _parent: frozenFrame(handlebars, parent) })
}

function placeOf({ loc }: HelperCall): TemplatePlace {
  return { template: loc?.source, line: loc?.start.line }
}
