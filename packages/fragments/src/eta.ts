import type { Eta } from "eta"
import { isolateBody, type TemplateBuffer } from "./eta-body.js"
import { CacheTags } from "./eta-tags.js"
import { fragment } from "./fragment.js"
import type { TemplatePlace } from "./fragment-error.js"
import type { FragmentOptions } from "./fragment-options.js"
import { type FragmentPluginOptions, placed, runBody } from "./tag.js"

export { FragmentError } from "./fragment-error.js"
export type { FragmentPluginOptions } from "./tag.js"

/** The data of a template, as `vary` of the plugin sees them. */
export type EtaData = Readonly<Record<string, unknown>>

/**
 * Adds `<% cache("user_stats", { timeout: 600, vary: [it.user.id] }) %> … <% endcache %>`. Works in loops, conditions, includes
 * and itself, with `renderAsync` and `renderStringAsync`; a synchronous render is an error when the template is compiled.
 * `let` and `const` inside are not seen outside; assign to nothing from outside.
 */
export function addCacheTag(eta: Eta, options: FragmentPluginOptions<EtaData>): void {
  const tags = new CacheTags(eta.config)
  // A list of its own: engines that were given none share one.
  eta.config.plugins = [...eta.config.plugins, { processAST: (ast) => tags.replace(ast) }]
  const compileToString = eta.compileToString
  eta.compileToString = function (text, compileOptions) {
    return tags.during({ text, template: compileOptions?.filepath, async: compileOptions?.async === true }, () =>
      compileToString.call(this, text, compileOptions),
    )
  }
  // A property of its own, which `withConfig` copies along.
  Object.assign(eta, { larderFragment: (call: CompiledCall) => renderCompiled(options, call) })
}

/** What a compiled cache tag hands over. */
interface CompiledCall {
  readonly place: TemplatePlace
  /** The text of the template so far. */
  readonly outer: TemplateBuffer
  readonly data: EtaData
  readonly given: readonly unknown[]
  readonly body: (scope: ReturnType<typeof isolateBody>) => Promise<void>
}

async function renderCompiled(plugin: FragmentPluginOptions<EtaData>, call: CompiledCall): Promise<void> {
  const { place, outer, data, given, body } = call
  try {
    const [name, own = {}, ...others] = given
    if (others.length > 0 || typeof own !== "object" || own === null) {
      throw new TypeError(
        'cache takes a name and options: <% cache("user_stats", { timeout: 600, vary: [it.user.id] }) %>',
      )
    }
    const { vary: common, ...usual } = plugin
    const options = { ...usual, ...(own as Omit<FragmentOptions, "cache">) }
    const vary = common === undefined ? options.vary : [...(options.vary ?? []), ...common(data)]
    const html = await fragment(name as string, { ...options, ...(vary !== undefined && { vary }) }, () =>
      runBody(async () => {
        const scope = isolateBody(outer, data, place)
        await body(scope)
        return scope.buffer.res
      }),
    )
    outer.res += html
  } catch (error) {
    throw placed(error, place)
  }
}
