import { type Cache, type CachesControl, ConfigurationError, operations, UnknownAliasError } from "@larder/core"
import { showValue } from "./show-value.js"

/** Where fragments are stored: a cache, or what `createCaches` returned. */
export type FragmentCache = Cache | CachesControl

/** The default alias, if it exists. */
const ownAlias = "fragments"
const commonAlias = "default"

/**
 * The cache to use: of several, the alias `using`, else `fragments`, else `default`. Throws an `UnknownAliasError` if the
 * alias does not exist, and a `ConfigurationError` for `using` with a single cache.
 */
export function chooseCache(given: FragmentCache, using?: string): Cache {
  const cache = chosen(given, using)
  return operations.hasSubscribers ? labelled(cache) : cache
}

/** Made only once something traces: the label is all that differs. */
const labelledViews = new WeakMap<Cache, Cache>()

function labelled(cache: Cache): Cache {
  let view = labelledViews.get(cache)
  if (view === undefined) {
    view = cache.withLayer("fragment")
    labelledViews.set(cache, view)
  }
  return view
}

function chosen(given: FragmentCache, using: string | undefined): Cache {
  if (typeof given !== "object" || given === null) throw notACache(given)
  if (isOneCache(given)) {
    if (typeof given.getOrSet !== "function") throw notACache(given)
    if (using === undefined) return given
    throw new ConfigurationError(
      `using ${showValue(using)} needs the caches to choose from; cache is a single one. Pass what createCaches returned`,
    )
  }
  return given.use(using ?? (given.aliases.includes(ownAlias) ? ownAlias : commonAlias))
}

/** Throws what `chooseCache` would, without building a cache. */
export function checkCache(given: FragmentCache, using?: string): void {
  if (typeof given !== "object" || given === null || isOneCache(given)) chooseCache(given, using)
  else if (using !== undefined && !given.aliases.includes(using)) throw new UnknownAliasError(using, given.aliases)
}

function notACache(given: unknown): TypeError {
  return new TypeError(`cache must be a Cache, or what createCaches returned; got ${showValue(given)}`)
}

function isOneCache(given: FragmentCache): given is Cache {
  return !("aliases" in given && "use" in given)
}
