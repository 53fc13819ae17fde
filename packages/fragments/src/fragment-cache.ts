import { type Cache, type CachesControl, ConfigurationError, UnknownAliasError } from "@larder/core"
import { showValue } from "./show-value.js"

/** Where fragments are kept: a cache, or what `createCaches` made. */
export type FragmentCache = Cache | CachesControl

/** The alias that fragments are kept under when nobody says, where there is one. */
const ownAlias = "fragments"
const commonAlias = "default"

/**
 * The cache to use: of several, the alias `using`, else `fragments`, else `default`. Throws an `UnknownAliasError` for one
 * that does not exist, a `ConfigurationError` for `using` where there is one cache only.
 */
export function chooseCache(given: FragmentCache, using?: string): Cache {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`cache must be a Cache, or what createCaches returned; got ${showValue(given)}`)
  }
  if (isOneCache(given)) {
    if (using === undefined) return given
    throw new ConfigurationError(
      `using ${showValue(using)} needs the caches to choose from; cache is a single one. Pass what createCaches returned`,
    )
  }
  return given.use(using ?? (given.aliases.includes(ownAlias) ? ownAlias : commonAlias))
}

/** Throws what `chooseCache` would, and builds no cache that nobody asked for yet; without `using` it may not be the one. */
export function checkCache(given: FragmentCache, using?: string): void {
  if (typeof given !== "object" || given === null || isOneCache(given)) chooseCache(given, using)
  else if (using !== undefined && !given.aliases.includes(using)) throw new UnknownAliasError(using, given.aliases)
}

function isOneCache(given: FragmentCache): given is Cache {
  return !("aliases" in given && "use" in given)
}
