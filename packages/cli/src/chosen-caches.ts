import { type Backend, Cache, ConfigurationError, maskUrl } from "@larder/core"
import type { Arguments } from "./command.js"
import { chosenAliases, loadCaches } from "./config.js"
import { within } from "./store-call.js"
import { backendOfUrl } from "./store-url.js"
import { UsageError } from "./usage-error.js"

/** The limit for closing: a store that is down must not prevent the command from ending. */
const CLOSING_LIMIT_SECONDS = 10

/** A cache that a command works on. */
export interface ChosenCache {
  /** Its alias, or the URL without its password. */
  readonly label: string
  /** Builds the cache. Throws if its settings are invalid. */
  use(): Cache
}

/**
 * Runs `work` with the cache of `--url`, or with those of the configuration: the named ones, or all. Then closes them.
 * Rejects with a `UsageError` if the arguments contradict each other or name an unknown alias.
 */
export function withCaches<Result>(
  given: Arguments,
  work: (chosen: readonly ChosenCache[]) => Promise<Result>,
): Promise<Result> {
  return given.url === undefined ? withConfigured(given, work) : withUrl(given.url, given, work)
}

async function withConfigured<Result>(
  { config, words, directory, "key-prefix": keyPrefix }: Arguments,
  work: (chosen: readonly ChosenCache[]) => Promise<Result>,
): Promise<Result> {
  if (keyPrefix !== undefined) {
    throw new UsageError("--key-prefix goes with --url; the caches of a configuration have their own")
  }
  const caches = await loadCaches(config, directory)
  return closingAfter(caches, () =>
    work(chosenAliases(caches, words).map((alias) => ({ label: alias, use: () => caches.use(alias) }))),
  )
}

async function withUrl<Result>(
  url: string,
  { words, directory, "key-prefix": keyPrefix = "" }: Arguments,
  work: (chosen: readonly ChosenCache[]) => Promise<Result>,
): Promise<Result> {
  if (words.length > 0) throw new UsageError(`Pass either --url or aliases, not both; got ${words.join(", ")}`)
  const label = maskUrl(url)
  let backend: Backend<unknown>
  try {
    backend = await backendOfUrl(url, directory)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const use = (): never => {
      throw error
    }
    return work([{ label, use }])
  }
  return closingAfter({ close: async () => backend.close?.() }, () => {
    const cache = cacheOn(backend, keyPrefix)
    return work([{ label, use: () => cache }])
  })
}

function cacheOn(backend: Backend<unknown>, keyPrefix: string): Cache {
  try {
    return new Cache(backend, { keyPrefix })
  } catch (error) {
    // Only the prefix comes from the command line.
    throw error instanceof ConfigurationError ? new UsageError(error.message, { cause: error }) : error
  }
}

/** If both fail, the error of `work` is the more useful one. */
async function closingAfter<Result>(owner: { close(): Promise<void> }, work: () => Promise<Result>): Promise<Result> {
  const close = (): Promise<void> => within(CLOSING_LIMIT_SECONDS, owner.close())
  let result: Result
  try {
    result = await work()
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
  await close()
  return result
}
