import type { Cache, ManyProducerContext } from "@larder/core"
import { currentEnclosing, type Enclosing } from "./enclosing.js"
import { chooseCache } from "./fragment-cache.js"
import { makeFragmentKey } from "./fragment-key.js"
import { type FragmentOptions, listTags } from "./fragment-options.js"
import { renderInScope } from "./fragment-scope.js"
import { fromStored, type Rendered, report, toStored } from "./rendered.js"
import { settle } from "./storable.js"
import { isStoreFailure } from "./store-failure.js"

/** Those of `fragment` that a list can have: when to compute anew is a matter of single fragments. */
export interface FragmentManyOptions<Item>
  extends Pick<FragmentOptions, "cache" | "digest" | "maxLength" | "timeout" | "using" | "vary" | "version"> {
  /** The name that the fragments share. */
  readonly name: string
  /** The tags of each item, or a function that makes them from it. */
  readonly tags?: Iterable<string> | ((item: Item) => Iterable<string>)
}

/**
 * `fragment` for each item of a list, in its order: one read for all of them, and one write for those that were not there.
 * `partsOf` says what tells the items apart, such as `(article) => [article.id, article.revision]`; it stands before
 * `vary` in the key, for which `makeFragmentKey(name, [...partsOf(item), ...vary])` is the other way. Items that are equal
 * by it are rendered once. Missing ones are rendered one after the other.
 */
export async function fragmentMany<Item>(
  items: Iterable<Item>,
  partsOf: (item: Item) => readonly unknown[],
  options: FragmentManyOptions<Item>,
  renderOne: (item: Item, scope: Enclosing) => string | PromiseLike<string>,
): Promise<string[]> {
  const { name, cache, using, vary = [], digest, maxLength, tags = [], timeout, version } = options
  const wanted = [...items].map((item): FragmentRequest => {
    const declared = listTags(typeof tags === "function" ? tags(item) : tags)
    return {
      key: makeFragmentKey(name, [...partsOf(item), ...vary], digest),
      render: () => renderInScope(name, declared, (scope) => renderOne(item, scope)),
      settle: (context, rendered) => settle(context, name, rendered, maxLength),
    }
  })
  const rendered = await obtainMany(chooseCache(cache, using), wanted, {
    ...(timeout !== undefined && { timeout }),
    ...(version !== undefined && { version }),
  })
  const enclosing = currentEnclosing()
  for (const one of rendered) report(one, enclosing)
  return rendered.map(({ html }) => html)
}

/** One fragment of many. */
export interface FragmentRequest {
  readonly key: string
  readonly render: () => Promise<Rendered>
  /** Tells the cache how the rendered one is kept. */
  readonly settle: (context: KeyContext, rendered: Rendered) => void
}

/** The context of a producer of many, for one of its keys. */
export interface KeyContext {
  tags(tags: Iterable<string>): void
  skip(): void
  timeout: (timeout: Parameters<ManyProducerContext["timeout"]>[1]) => void
}

/** One read and one write. What the store has that is no fragment is rendered anew and written over. */
export async function obtainMany(
  cache: Cache,
  wanted: readonly FragmentRequest[],
  options: Pick<FragmentOptions, "timeout" | "version">,
): Promise<Rendered[]> {
  if (wanted.length === 0) return []
  const byKey = new Map(wanted.map((request) => [request.key, request]))
  const own = new Map<string, Rendered>()
  let failed: { readonly error: unknown } | undefined
  const renderOwn = async ({ key, render }: FragmentRequest): Promise<Rendered> => {
    const rendered = own.get(key) ?? (await render())
    own.set(key, rendered)
    return rendered
  }
  const produce = async (missing: readonly string[], context: ManyProducerContext) => {
    try {
      const made: [string, unknown][] = []
      for (const key of missing) {
        const request = byKey.get(key) as FragmentRequest
        const rendered = await renderOwn(request)
        request.settle(contextOf(context, key), rendered)
        made.push([key, toStored(rendered)])
      }
      return made
    } catch (error) {
      failed = { error }
      throw error
    }
  }
  const found = new Map<string, Rendered>()
  const ask = async (keys: readonly string[]): Promise<string[]> => {
    const answers = await cache.getOrSetMany<unknown>(keys, produce, { ...options, tags: [] })
    return keys.filter((key) => {
      const rendered = fromStored(answers.get(key))
      if (rendered !== undefined) found.set(key, rendered)
      return rendered === undefined
    })
  }
  try {
    const foreign = await ask([...byKey.keys()])
    if (foreign.length > 0) {
      await cache.deleteMany(foreign, options)
      await ask(foreign)
    }
  } catch (error) {
    if (!isStoreFailure(error) || failed?.error === error) throw error
  }
  const all: Rendered[] = []
  for (const request of wanted) all.push(found.get(request.key) ?? (await renderOwn(request)))
  return all
}

function contextOf(context: ManyProducerContext, key: string): KeyContext {
  return {
    tags: (tags) => context.tags(key, tags),
    skip: () => context.skip(key),
    timeout: (timeout) => context.timeout(key, timeout),
  }
}
