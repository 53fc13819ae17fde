import type { Input } from "./input.js"
import type { OptionName, OptionValues } from "./options.js"
import type { Output } from "./output.js"

/** The parsed command line and the working directory. */
export interface Arguments extends OptionValues {
  /** The arguments after the command that are not options: aliases, keys. */
  readonly words: readonly string[]
  /** Paths are relative to it, and packages are resolved from it. */
  readonly directory: string
}

export interface Command {
  readonly summary: string
  /** The arguments, as the help shows them: `[alias...]`. */
  readonly usage: string
  readonly options: readonly OptionName[]
  /** Additional lines of the help. */
  readonly notes?: readonly string[]
  /** Resolves to whether everything succeeded. Rejects with a `UsageError` for invalid arguments. */
  run(given: Arguments, output: Output, input: Input): Promise<boolean>
}
