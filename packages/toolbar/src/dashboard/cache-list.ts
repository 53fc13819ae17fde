import { type Cache, type CachesControl, ConfigurationError } from "@larder/core"
import type { NamedCache } from "./stats.js"

/** The caches of a dashboard: the result of `createCaches`, or a list. */
export type CacheList = CachesControl | readonly Cache[]

/** The caches with their aliases, without building any. Throws a `ConfigurationError` for other values and duplicate aliases. */
export function namedCaches(caches: CacheList): readonly NamedCache[] {
  if (isRegistry(caches)) return caches.aliases.map((alias) => ({ alias, open: () => caches.use(alias) }))
  if (!isList(caches) || !caches.every((cache) => typeof cache?.stats === "function")) {
    throw new ConfigurationError("A dashboard needs caches: the result of createCaches, or a list of caches")
  }
  const aliases = caches.map(({ alias }) => alias)
  const duplicate = aliases.find((alias, index) => aliases.indexOf(alias) !== index)
  if (duplicate !== undefined) {
    throw new ConfigurationError(
      `Two caches of the dashboard have the alias ${JSON.stringify(duplicate)}: set one with new Cache(backend, { alias })`,
    )
  }
  return caches.map((cache) => ({ alias: cache.alias, open: () => cache }))
}

function isList(caches: CacheList): caches is readonly Cache[] {
  return Array.isArray(caches)
}

function isRegistry(caches: CacheList): caches is CachesControl {
  return typeof caches === "object" && caches !== null && "aliases" in caches && "use" in caches
}
