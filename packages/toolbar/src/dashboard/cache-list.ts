import { type Cache, type CachesControl, ConfigurationError } from "@larder/core"
import type { NamedCache } from "./stats.js"

/** What a dashboard can show: what `createCaches` returned, or a list of caches. */
export type CacheList = CachesControl | readonly Cache[]

/** The caches by alias; none is built. Throws a `ConfigurationError` for something else, and for an alias that occurs twice. */
export function namedCaches(caches: CacheList): readonly NamedCache[] {
  if (isRegistry(caches)) return caches.aliases.map((alias) => ({ alias, open: () => caches.use(alias) }))
  if (!isList(caches) || !caches.every((cache) => typeof cache?.stats === "function")) {
    throw new ConfigurationError("A dashboard needs caches: what createCaches returned, or a list of caches")
  }
  const aliases = caches.map(({ alias }) => alias)
  const twice = aliases.find((alias, index) => aliases.indexOf(alias) !== index)
  if (twice !== undefined) {
    throw new ConfigurationError(
      `Two caches of the dashboard are called ${JSON.stringify(twice)}: give them an alias, new Cache(backend, { alias })`,
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
