import type { Cache, ManyProducerContext, ProducerContext, Strings } from "@larder/core"
import { currentEnclosing, type Enclosing } from "./enclosing.js"
import { chooseCache } from "./fragment-cache.js"
import { makeFragmentKey } from "./fragment-key.js"
import { type FragmentOptions, listTags } from "./fragment-options.js"
import { renderInScope } from "./fragment-scope.js"
import { checkOptions } from "./option-names.js"
import { fromStored, type Rendered, report, toStored } from "./rendered.js"
import { settle } from "./storable.js"
import { isStoreFailure } from "./store-failure.js"

/** The options of `fragment` that apply to lists: those that control recomputation need a single fragment. */
export interface FragmentManyOptions<Item>
  extends Pick<FragmentOptions, "cache" | "digest" | "maxLength" | "timeout" | "using" | "vary" | "version"> {
  /** The name that the fragments share. */
  readonly name: string
  /** The tags of every item, or a function of the item that returns them. */
  readonly tags?: Strings | ((item: Item) => Strings) | undefined
}

/**
 * `fragment` for each item of a list, in order, with one read for all of them and one write for those that were missing.
 * `partsOf` returns what distinguishes the items, such as `(article) => [article.id, article.revision]`. The key of an item
 * is `makeFragmentKey(name, [...partsOf(item), ...vary])`. Items with equal keys are rendered once, and missing ones one
 * after the other. Rejects as `fragment` does.
 */
export async function fragmentMany<Item>(
  items: Iterable<Item>,
  partsOf: (item: Item) => readonly unknown[],
  options: FragmentManyOptions<Item>,
  renderOne: (item: Item, scope: Enclosing) => string | PromiseLike<string>,
): Promise<string[]> {
  checkOptions(options)
  const { name, cache, using, vary = [], digest, maxLength, tags = [], timeout, version } = options
  const wanted = [...items].map((item): FragmentRequest => {
    const declared = listTags(typeof tags === "function" ? tags(item) : tags)
    return {
      key: makeFragmentKey(name, [...partsOf(item), ...vary], digest),
      render: () => renderInScope(name, declared, (scope) => renderOne(item, scope)),
      settle: (context, rendered) => settle(context, name, rendered, maxLength),
    }
  })
  const rendered = await obtainMany(chooseCache(cache, using), wanted, { timeout, version })
  const enclosing = currentEnclosing()
  for (const one of rendered) report(one, enclosing)
  return rendered.map(({ html }) => html)
}

/** One fragment of a list. */
interface FragmentRequest {
  readonly key: string
  readonly render: () => Promise<Rendered>
  /** Tells the cache how to store the rendered fragment. */
  readonly settle: (context: Pick<ProducerContext, "tags" | "skip">, rendered: Rendered) => void
}

/**
 * One read for all, and one write for those that were rendered, each by the first request with its key. Stored values that
 * are not fragments are overwritten. If the store fails, all are rendered.
 */
async function obtainMany(
  cache: Cache,
  wanted: readonly FragmentRequest[],
  options: Pick<FragmentOptions, "timeout" | "version">,
): Promise<Rendered[]> {
  if (wanted.length === 0) return []
  const byKey = new Map(wanted.toReversed().map((request) => [request.key, request]))
  const keys = [...new Set(wanted.map(({ key }) => key))]
  const found = new Map<string, Rendered>()
  const own = new Map<string, Rendered>()
  const renderOwn = async (missing: readonly string[]): Promise<void> => {
    for (const key of missing) {
      if (!own.has(key)) own.set(key, await (byKey.get(key) as FragmentRequest).render())
    }
  }
  let failed: { readonly error: unknown } | undefined
  const produce = async (missing: readonly string[], context: ManyProducerContext) => {
    try {
      await renderOwn(missing)
      return missing.map((key) => {
        const rendered = own.get(key) as Rendered
        byKey.get(key)?.settle({ tags: (tags) => context.tags(key, tags), skip: () => context.skip(key) }, rendered)
        return [key, toStored(rendered)] as const
      })
    } catch (error) {
      failed = { error }
      throw error
    }
  }
  const ask = async (some: readonly string[]): Promise<string[]> => {
    const answers = await cache.getOrSetMany<unknown>(some, produce, { ...options, tags: [] })
    return some.filter((key) => {
      const rendered = fromStored(answers.get(key))
      if (rendered !== undefined) found.set(key, rendered)
      return rendered === undefined
    })
  }
  try {
    const foreign = await ask(keys)
    if (foreign.length > 0) {
      await cache.deleteMany(foreign, options)
      await ask(foreign)
    }
  } catch (error) {
    if (!isStoreFailure(error) || failed?.error === error) throw error
  }
  const missing = keys.filter((key) => !found.has(key))
  if (missing.length > 0) await renderOwn(missing)
  return wanted.map(({ key }) => (found.get(key) ?? own.get(key)) as Rendered)
}
