import type { ProducerContext } from "@larder/core"
import { currentEnclosing } from "./enclosing.js"
import { chooseCache } from "./fragment-cache.js"
import type { TemplatePlace } from "./fragment-error.js"
import { makeFragmentKey } from "./fragment-key.js"
import { type FragmentOptions, listTags, MOST_TAGS, type SettledOptions } from "./fragment-options.js"
import { type RenderFragment, renderInScope } from "./fragment-scope.js"
import { placed } from "./placed-error.js"
import { fromStored, type Rendered, report, type StoredFragment, toStored } from "./rendered.js"
import { settle } from "./storable.js"
import { isStoreFailure } from "./store-failure.js"

/**
 * The text that is kept under this name and `vary`, else what `render` gives, which is then kept. Callers of one fragment
 * in this process share one rendering. Its tags, and those of the fragments inside, reach the fragments and the page
 * around it, at a hit as at a miss.
 *
 * Nothing is stored when `render` throws, when `uncacheable()` was called, and of a text that is longer than `maxLength`.
 * Without the store the fragment is rendered each time. Rejects with what `render` threw; with a `TypeError` for options
 * that are wrong, and for a `render` that gives no text; with an `UnknownAliasError` for an alias that does not exist; and
 * as `getOrSet` does, with a `DeadlockError` for a fragment inside itself and a `ProducerTimeoutError` after `timeoutHard`.
 */
export function fragment(name: string, options: FragmentOptions, render: RenderFragment): Promise<string> {
  try {
    const { vary, digest, tags } = options
    // Whole, since getOrSet looks at its own options alone. What V8 makes of `{ ...options, tags }` costs it 2 µs to read.
    return obtainFragment(name, Object.assign({}, options, { vary, digest, tags: listTags(tags) }), render)
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * `fragment` with options that are nobody else's. Errors say where a tag stands, by `place`: in one function, since each
 * that waits costs a hit a microsecond.
 */
export async function obtainFragment(
  name: string,
  options: SettledOptions,
  render: RenderFragment,
  place?: TemplatePlace,
): Promise<string> {
  const { cache: given, using, vary, digest, maxLength, tags } = options
  // More than an entry carries: it is not going to be stored, and a warning says so.
  const call = tags.length > MOST_TAGS ? { ...options, tags: [] } : options
  /** What this call's own rendering came to, should the store fail after it. */
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
      // Somebody else's value, which would be in the way until it expires.
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
