import { type Backend, ConfigurationError } from "@larder/core"
import { backendFromUrl } from "@larder/core/url"
import { UsageError } from "./usage-error.js"

/**
 * Creates the backend of `--url`, with its package resolved from `directory`. Rejects with a `UsageError` if the URL is
 * invalid, and with the error of the store if it cannot be opened.
 */
export async function backendOfUrl(url: string, directory: string): Promise<Backend<unknown>> {
  try {
    return await backendFromUrl(url, { from: directory })
  } catch (error) {
    if (error instanceof TypeError || isUnknownScheme(error)) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** The error of a missing package, which is not misuse, has a cause. */
function isUnknownScheme(error: unknown): error is ConfigurationError {
  return error instanceof ConfigurationError && error.cause === undefined
}
