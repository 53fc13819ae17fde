import { EjsDigests, type IncludedSource } from "./ejs-digest.js"
import { obtainFragment } from "./fragment.js"
import { FragmentError } from "./fragment-error.js"
import { FragmentPlugin, type FragmentPluginOptions, type OwnOptions } from "./plugin-options.js"
import { checkCall } from "./tag.js"

export type { IncludedSource } from "./ejs-digest.js"
export { FragmentError } from "./fragment-error.js"
export type { FragmentPluginOptions } from "./plugin-options.js"

/** Those of a plugin. EJS tells a helper nothing of its templates: that their source counts takes what finds them. */
export interface EjsCacheOptions extends Omit<FragmentPluginOptions<undefined>, "digest"> {
  /**
   * What keeps markup of before from being shown when templates change: a function that gives the source of what
   * `include` names, or a text that changes with all of them. Default: nothing.
   */
  readonly digest?: string | IncludedSource
}

/** What a template says of its fragment; the others stand in the options of `cacheHelper`. */
export type TemplateFragmentOptions = OwnOptions

/** What is to be awaited in a template. It is no text, so that a forgotten `await` cannot be printed. */
export interface PendingFragment extends PromiseLike<string> {
  /** Throws a `FragmentError`: somebody printed it without `await`. */
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
 * Makes what templates call as `cache`, once they are given it with their data: `ejs.render(text, { cache, … }, { async: true })`.
 * The last argument gives the text, as `include` does; a block of template in it is refused, as EJS would print it and not
 * give it.
 */
export function cacheHelper(options: EjsCacheOptions): CacheHelper {
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

/** Starts when somebody waits for it, so that nothing fails unseen when nobody does. */
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
