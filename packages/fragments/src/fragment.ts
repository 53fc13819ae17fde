import type { Cache, GetOrSetOptions, ProducerContext } from "@larder/core"
import { currentEnclosing } from "./enclosing.js"
import { chooseCache } from "./fragment-cache.js"
import { makeFragmentKey } from "./fragment-key.js"
import { type FragmentOptions, listTags } from "./fragment-options.js"
import { type RenderFragment, renderInScope } from "./fragment-scope.js"
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
export async function fragment(name: string, options: FragmentOptions, render: RenderFragment): Promise<string> {
  const { cache, using, vary, digest, maxLength, tags } = options
  const key = makeFragmentKey(name, vary, digest)
  const declared = tags === undefined ? noTags : listTags(tags)
  const work: FragmentWork = {
    key,
    // Whole, since getOrSet looks at its own options alone. What V8 makes of `{ ...options, tags }` costs it 2 µs to read.
    options: Object.assign({}, options, { tags: declared }),
    render: () => renderInScope(name, declared, render),
    settle: (context, rendered) => settle(context, name, rendered, maxLength),
  }
  const rendered = await obtain(chooseCache(cache, using), work)
  report(rendered, currentEnclosing())
  return rendered.html
}

const noTags: readonly string[] = []

interface FragmentWork {
  readonly key: string
  readonly options: GetOrSetOptions
  readonly render: () => Promise<Rendered>
  readonly settle: (context: ProducerContext, rendered: Rendered) => void
}

async function obtain(cache: Cache, work: FragmentWork): Promise<Rendered> {
  const { key, options, render } = work
  /** What this call's own rendering came to, should the store fail after it. */
  let own: { readonly rendered: Rendered } | { readonly error: unknown } | undefined
  const produce = async (context: ProducerContext): Promise<StoredFragment> => {
    try {
      const rendered = await render()
      own = { rendered }
      work.settle(context, rendered)
      return toStored(rendered)
    } catch (error) {
      own = { error }
      throw error
    }
  }
  try {
    const found = fromStored(await cache.getOrSet<unknown>(key, produce, options))
    if (found !== undefined) return found
    // Somebody else's value, which would be in the way until it expires.
    await cache.delete(key, options)
    return fromStored(await cache.getOrSet<unknown>(key, produce, options)) ?? render()
  } catch (error) {
    if (!isStoreFailure(error) || (own !== undefined && "error" in own && own.error === error)) throw error
    return own !== undefined && "rendered" in own ? own.rendered : render()
  }
}
