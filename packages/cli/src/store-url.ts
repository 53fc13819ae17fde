import { type Backend, ConfigurationError } from "@larder/core"
import { backendFromUrl } from "@larder/core/url"
import { UsageError } from "./usage-error.js"

/**
 * The backend of `--url`, whose package is resolved from `directory`. Throws a `UsageError` if the URL is invalid, and what
 * opening the store throws.
 */
export async function backendOfUrl(url: string, directory: string): Promise<Backend<unknown>> {
  try {
    return await backendFromUrl(url, { from: directory })
  } catch (error) {
    if (error instanceof TypeError || isOfNoScheme(error)) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** An unknown scheme. If the error is a missing package, which is not misuse, it has a cause. */
function isOfNoScheme(error: unknown): error is ConfigurationError {
  return error instanceof ConfigurationError && error.cause === undefined
}
