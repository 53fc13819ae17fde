import { type Backend, ConfigurationError } from "@larder/core"
import { backendFromUrl } from "@larder/core/url"
import { UsageError } from "./usage-error.js"

/**
 * The backend of `--url`, whose package is looked for in `directory`. Throws a `UsageError` where the URL makes no sense,
 * and otherwise what opening the store throws.
 */
export async function backendOfUrl(url: string, directory: string): Promise<Backend<unknown>> {
  try {
    return await backendFromUrl(url, { from: directory })
  } catch (error) {
    if (error instanceof TypeError || isOfNoScheme(error)) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** Where a package is missing, which is no misuse, the cause is what the import threw. */
function isOfNoScheme(error: unknown): error is ConfigurationError {
  return error instanceof ConfigurationError && error.cause === undefined
}
