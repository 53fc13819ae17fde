import { EjsDigests, type IncludedSource } from "./ejs-digest.js"
import { obtainFragment } from "./fragment.js"
import { FragmentError } from "./fragment-error.js"
import { checkOptions } from "./option-names.js"
import { FragmentPlugin, type FragmentPluginOptions, type OwnOptions } from "./plugin-options.js"
import { checkCall } from "./tag.js"

export type { IncludedSource } from "./ejs-digest.js"
export { FragmentError } from "./fragment-error.js"
export type { FragmentPluginOptions } from "./plugin-options.js"

/** The options of a plugin. EJS does not tell a helper where templates are, so `digest` takes a function that finds them. */
export interface EjsCacheOptions extends Omit<FragmentPluginOptions<undefined>, "digest"> {
  /**
   * Invalidates markup of old templates: a function that returns the source of what `include` names, or a string that
   * changes whenever a template changes. Default: none.
   */
  readonly digest?: string | IncludedSource
}

/** The options of one fragment; they override those of `cacheHelper`. */
export type TemplateFragmentOptions = OwnOptions

/** The pending result in a template. Printing it without `await` throws. */
export interface PendingFragment extends PromiseLike<string> {
  /** Throws a `FragmentError`: it was printed without `await`. */
  toString(): string
}

/** In a template: `<%- await cache("user_stats", { timeout: 600, vary: [user.id] }, () => include("stats", { user })) %>`. */
export type CacheHelper = (
  name: string,
  options: TemplateFragmentOptions,
  render: () => string | PromiseLike<string>,
) => PendingFragment

const example = 'cache("user_stats", { timeout: 600 }, () => include("stats"))'

/**
 * Creates the helper that templates call as `cache`; pass it with the data: `ejs.render(text, { cache, … }, { async: true })`.
 * The last argument returns the markup, as `include` does; a template block in it is an error, because EJS would print it
 * instead of returning it.
 */
export function cacheHelper(options: EjsCacheOptions): CacheHelper {
  checkOptions(options)
  const { digest, ...others } = options
  const digests = typeof digest === "function" ? new EjsDigests(digest) : undefined
  const isSource = digest === undefined || typeof digest === "function"
  const plugin = new FragmentPlugin(isSource ? others : { ...others, digest })
  return (name, own, render) => {
    if (typeof render !== "function" || typeof own !== "object" || own === null) {
      throw new FragmentError(`cache takes a name, options and a function that returns the markup: ${example}`)
    }
    checkCall(name, own)
    const all = plugin.optionsOf(own, undefined, digests?.digestOf(render, name))
    return pending(() => obtainFragment(name, all, () => checked(name, render)))
  }
}

async function checked(name: string, render: () => unknown): Promise<string> {
  const html = await render()
  if (typeof html === "string") return html
  throw new FragmentError(
    `the fragment ${JSON.stringify(name)} rendered no string: put its markup into a template of its own and include it, ` +
      `<%- await ${example} %>`,
  )
}

/** Starts when it is awaited, so that there is no unhandled rejection if it is not. */
function pending(start: () => Promise<string>): PendingFragment {
  let started: Promise<string> | undefined
  return {
    // biome-ignore lint/suspicious/noThenProperty: `await` is all that it is for.
    then(onHtml, onError) {
      started ??= start()
      return started.then(onHtml, onError)
    },
    toString() {
      throw new FragmentError(`cache needs await, and the template { async: true }: <%- await ${example} %>`)
    },
  }
}
