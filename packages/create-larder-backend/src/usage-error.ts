/** The command line is wrong, and nothing was tried. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}
