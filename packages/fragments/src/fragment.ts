import type { ProducerContext } from "@larder/core"
import { currentEnclosing } from "./enclosing.js"
import { chooseCache } from "./fragment-cache.js"
import type { TemplatePlace } from "./fragment-error.js"
import { makeFragmentKey } from "./fragment-key.js"
import { type FragmentOptions, listTags, MOST_TAGS, type SettledOptions } from "./fragment-options.js"
import { type RenderFragment, renderInScope } from "./fragment-scope.js"
import { checkOptions } from "./option-names.js"
import { placed } from "./placed-error.js"
import { fromStored, type Rendered, report, type StoredFragment, toStored } from "./rendered.js"
import { settle } from "./storable.js"
import { isStoreFailure } from "./store-failure.js"

/**
 * Returns the markup that is cached under this name and `vary`, else renders and stores it. Concurrent callers in this
 * process share one rendering. Its tags, and those of the fragments inside, propagate to the fragments and the page around
 * it, on hits and on misses.
 *
 * Nothing is stored if `render` throws, if `uncacheable()` was called, or if the output is longer than `maxLength`. If the
 * store fails, the fragment is rendered each time. Rejects with what `render` threw; with a `TypeError` for invalid options,
 * or if `render` does not return a string; with an `UnknownAliasError` if the alias does not exist; and, as `getOrSet` does,
 * with a `DeadlockError` for a fragment inside itself and a `ProducerTimeoutError` after `timeoutHard`.
 */
export function fragment(name: string, options: FragmentOptions, render: RenderFragment): Promise<string> {
  try {
    checkOptions(options)
    const { vary, digest, tags } = options
    // All options, since getOrSet ignores others. Reading an object made by `{ ...options, tags }` costs V8 2 µs.
    return obtainFragment(name, Object.assign({}, options, { vary, digest, tags: listTags(tags) }), render)
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * `fragment` with validated options. `place` is where the tag is, for error messages. All in one function, because every
 * further async function costs a hit a microsecond.
 */
export async function obtainFragment(
  name: string,
  options: SettledOptions,
  render: RenderFragment,
  place?: TemplatePlace,
): Promise<string> {
  const { cache: given, using, vary, digest, maxLength, tags } = options
  // More than an entry can have: the fragment is not stored, and a warning says so.
  const call = tags.length > MOST_TAGS ? { ...options, tags: [] } : options
  /** The result of this call's own rendering, in case the store fails after it. */
  let own: Rendered | undefined
  let failure: { readonly error: unknown } | undefined
  const produce = async (context: ProducerContext): Promise<StoredFragment> => {
    try {
      own = await renderInScope(name, tags, render)
      settle(context, name, own, maxLength)
      return toStored(own)
    } catch (error) {
      failure = { error }
      throw error
    }
  }
  let rendered: Rendered | undefined
  try {
    const key = makeFragmentKey(name, vary, digest)
    const cache = chooseCache(given, using)
    rendered = fromStored(await cache.getOrSet<unknown>(key, produce, call))
    if (rendered === undefined) {
      // The stored value is not a fragment, and would be found until it expires.
      await cache.delete(key, options)
      rendered = fromStored(await cache.getOrSet<unknown>(key, produce, call))
    }
  } catch (error) {
    if (!isStoreFailure(error) || failure?.error === error) throw place === undefined ? error : placed(error, place)
    rendered = own
  }
  rendered ??= await renderInScope(name, tags, render)
  report(rendered, currentEnclosing())
  return rendered.html
}
