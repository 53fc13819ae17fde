/** The command line is wrong, and not the caches. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}
