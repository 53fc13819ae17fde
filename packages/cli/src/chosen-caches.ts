import { type Backend, Cache, ConfigurationError } from "@larder/core"
import type { Arguments } from "./command.js"
import { chosenAliases, loadCaches } from "./config.js"
import { withoutPasswords } from "./failure-line.js"
import { within } from "./store-call.js"
import { backendOfUrl } from "./store-url.js"
import { UsageError } from "./usage-error.js"

/** How long closing may take: a store that is down must not keep the command from ending. */
const CLOSING_LIMIT_SECONDS = 10

/** A cache that a command is for. */
export interface ChosenCache {
  /** Its alias, or the URL without its password. */
  readonly label: string
  /** Builds the cache, and throws what that throws. */
  use(): Cache
}

/**
 * Runs `work` with the caches that the words of the command line name by alias, or all of the configuration, or the one of
 * `--url`, and closes them. Throws a `UsageError` if they cannot be chosen like this.
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
    throw new UsageError("--key-prefix goes with --url; the caches of a configuration have theirs")
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
  if (words.length > 0) throw new UsageError(`--url names the store; ${words.join(", ")} names another`)
  const label = withoutPasswords(url)
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
    // The prefix is all that is configured here.
    throw error instanceof ConfigurationError ? new UsageError(error.message, { cause: error }) : error
  }
}

/** An error of `work` matters more than one of closing. */
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
