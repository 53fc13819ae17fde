import type { Eta, TemplateFunction } from "eta"
import { isolateBody, type TemplateBuffer } from "./eta-body.js"
import { foundBy } from "./eta-includes.js"
import { CacheTags } from "./eta-tags.js"
import { checkWaited, isPending, writeTag } from "./eta-waiting.js"
import { obtainFragment } from "./fragment.js"
import type { TemplatePlace } from "./fragment-error.js"
import { placed, runBody } from "./placed-error.js"
import { FragmentPlugin, type FragmentPluginOptions, type OwnOptions } from "./plugin-options.js"
import { checkCall } from "./tag.js"

export { FragmentError } from "./fragment-error.js"
export type { FragmentPluginOptions } from "./plugin-options.js"

/** The data of a template, as `vary` of the plugin sees them. */
export type EtaData = Readonly<Record<string, unknown>>

/**
 * Adds `<% cache("user_stats", { timeout: 600, vary: [it.user.id] }) %> … <% endcache %>`. Works in loops, conditions, includes
 * and itself, with `renderAsync` and `renderStringAsync`; a synchronous render is an error when the template is compiled.
 * `let` and `const` inside are not visible outside; do not assign to outer variables.
 */
export function addCacheTag(eta: Eta, options: FragmentPluginOptions<EtaData>): void {
  const plugin = new FragmentPlugin(options)
  const tags = new CacheTags(eta.config)
  // A new array: engines without plugins of their own share the default one.
  eta.config.plugins = [...eta.config.plugins, { processAST: (ast) => tags.replace(ast) }]
  const compiledTexts = new WeakMap<TemplateFunction, string>()
  const { compile, compileToString } = eta
  eta.compile = function (text, compileOptions) {
    const template = compile.call(this, text, compileOptions)
    compiledTexts.set(template, text)
    return template
  }
  eta.compileToString = function (text, compileOptions) {
    const template = compileOptions?.filepath
    const find = plugin.digestsSource ? foundBy(this as Eta, compiledTexts, template) : undefined
    return tags.during({ text, template, async: compileOptions?.async === true, find }, () =>
      compileToString.call(this, text, compileOptions),
    )
  }
  // Own properties, because `withConfig` copies those.
  Object.assign(eta, {
    larderFragment: (call: CompiledCall) => writeTag(call.outer, call.place, () => renderCompiled(plugin, call)),
    larderEnd: checkWaited,
  })
}

/** The arguments of a compiled cache tag. */
interface CompiledCall {
  readonly place: TemplatePlace
  /** The digest of the source, if the plugin uses one. */
  readonly digest: string | undefined
  /** The buffer of the template. */
  readonly outer: TemplateBuffer
  readonly data: EtaData
  readonly given: readonly unknown[]
  readonly body: (scope: ReturnType<typeof isolateBody>) => Promise<void>
}

async function renderCompiled(plugin: FragmentPlugin<EtaData>, call: CompiledCall): Promise<string> {
  const { place, digest: ofSource, outer, data, given, body } = call
  try {
    const [name, own = {}, ...others] = given
    if (others.length > 0 || typeof own !== "object" || own === null) {
      throw new TypeError(
        'cache takes a name and options: <% cache("user_stats", { timeout: 600, vary: [it.user.id] }) %>',
      )
    }
    checkCall(name, own)
    const options = plugin.optionsOf(own as OwnOptions, data, ofSource)
    return await obtainFragment(name as string, options, (fragment) =>
      runBody(async () => {
        const before = outer.res
        const scope = isolateBody(outer, data, place)
        try {
          await body(scope)
        } catch (error) {
          // With `debug`, the error shows the line of the outermost template.
          if (isPending(outer, place)) outer.line = scope.buffer.line
          throw error
        }
        checkWaited(scope.buffer)
        if (isPending(outer, place) && outer.res !== before) fragment.skip("written outside of cache")
        return scope.buffer.res
      }),
    )
  } catch (error) {
    throw placed(error, place)
  }
}
