import type { Backend } from "./backend.js"
import { Cache } from "./cache.js"
import { type CacheOptions, checkCacheOptions } from "./cache-options.js"
import { describeValue } from "./describe-value.js"
import { ClosedError, ConfigurationError, UnknownAliasError } from "./errors.js"

/** One entry of `createCaches`: the options of a cache, and a function that creates its backend. */
export interface CacheSettings extends Omit<CacheOptions, "alias"> {
  /** Called once, when the cache is first used. */
  readonly backend: () => Backend<unknown>
}

/** What `Caches` has besides the aliases. */
export interface CachesControl extends AsyncDisposable {
  /** All aliases, in the order of the settings. Reading them builds no cache. */
  readonly aliases: readonly string[]
  /** Returns the cache of an alias that is only known at run time. Throws an `UnknownAliasError` that lists the known ones. */
  use(alias: string): Cache
  /** Closes the caches that were built. They stay closed, and using another alias throws a `ClosedError`. */
  close(): Promise<void>
}

/** The caches of a program, by alias. */
export type Caches<Alias extends string> = Readonly<Record<Alias, Cache>> & CachesControl

const reserved: ReadonlySet<string> = new Set(["aliases", "use", "close"])

/**
 * Sets up all caches of a program by alias, like Django's `CACHES`. Each is built once, on first use. Throws a
 * `ConfigurationError` for settings that cannot work, and when a cache is built whose keys would collide with those of
 * another: the same store and the same prefix.
 */
export function createCaches<Alias extends string>(settings: Readonly<Record<Alias, CacheSettings>>): Caches<Alias> {
  const control: CachesControl = new Proxy(new CachesRegistry(settings), aliasesAsProperties)
  return control as Caches<Alias>
}

class CachesRegistry implements CachesControl {
  readonly aliases: readonly string[]
  readonly #settings: Readonly<Record<string, CacheSettings>>
  readonly #built = new Map<string, Cache>()
  readonly #aliasByKeyspace = new Map<string, string>()
  #isClosed = false

  constructor(settings: Readonly<Record<string, CacheSettings>>) {
    this.#settings = { ...settings }
    this.aliases = Object.freeze(Object.keys(settings))
    for (const [alias, one] of Object.entries(settings)) checkSettings(alias, one)
  }

  use(alias: string): Cache {
    return this.#built.get(alias) ?? this.#build(alias)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const caches = [...this.#built.values()]
    const outcomes = await Promise.allSettled(caches.map((cache) => cache.close()))
    const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []))
    if (errors.length > 0) throw new AggregateError(errors, "Some caches could not be closed")
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #build(alias: string): Cache {
    if (!this.aliases.includes(alias)) throw new UnknownAliasError(alias, this.aliases)
    // Nothing would close it any more.
    if (this.#isClosed) throw new ClosedError(alias, "use")
    const { backend: makeBackend, ...options } = this.#settings[alias] as CacheSettings
    const backend = makeBackend()
    const cache = new Cache(backend, { ...options, alias })
    this.#claimKeyspace(alias, backend, cache.keyPrefix)
    this.#built.set(alias, cache)
    return cache
  }

  #claimKeyspace(alias: string, { location }: Backend<unknown>, keyPrefix: string): void {
    if (location === undefined) return
    const keyspace = JSON.stringify([location, keyPrefix])
    const other = this.#aliasByKeyspace.get(keyspace)
    if (other !== undefined) {
      throw new ConfigurationError(
        `The caches "${other}" and "${alias}" would overwrite each other: both use ${location} with the keyPrefix ` +
          `${JSON.stringify(keyPrefix)}. Give one of them another keyPrefix, or use one alias`,
      )
    }
    this.#aliasByKeyspace.set(keyspace, alias)
  }
}

/** Makes `caches.default` equal `caches.use("default")`, and a misspelt alias an error rather than `undefined`. */
const aliasesAsProperties: ProxyHandler<CachesRegistry> = {
  get(caches, property) {
    if (typeof property === "symbol" || reserved.has(property)) {
      const member: unknown = Reflect.get(caches, property, caches)
      return typeof member === "function" ? member.bind(caches) : member
    }
    // `await` reads "then" and JSON.stringify reads "toJSON": neither is meant as an alias.
    if (property === "then" || property === "toJSON") return undefined
    return caches.use(property)
  },
  has: (caches, property) => Reflect.has(caches, property) || caches.aliases.includes(String(property)),
  ownKeys: (caches) => [...caches.aliases],
  getOwnPropertyDescriptor: (caches, property) =>
    caches.aliases.includes(String(property))
      ? { enumerable: true, configurable: true, get: () => caches.use(String(property)) }
      : undefined,
}

function checkSettings(alias: string, settings: CacheSettings): void {
  if (alias === "" || alias === "then" || alias === "toJSON" || reserved.has(alias)) {
    throw new ConfigurationError(`"${alias}" cannot be the alias of a cache: the name is taken`)
  }
  if (typeof settings?.backend !== "function") {
    throw new ConfigurationError(
      `The cache "${alias}" needs backend: a function that makes it; got ${describeValue(settings?.backend)}`,
    )
  }
  const { backend: _backend, ...options } = settings
  if ("alias" in options) throw new ConfigurationError(`The cache "${alias}" has its alias already; leave out alias`)
  checkCacheOptions(options)
}
