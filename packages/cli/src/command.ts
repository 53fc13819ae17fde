import type { Input } from "./input.js"
import type { OptionName, OptionValues } from "./options.js"
import type { Output } from "./output.js"

/** The command line, parsed, and the working directory. */
export interface Arguments extends OptionValues {
  /** What follows the command and is no option: aliases, keys. */
  readonly words: readonly string[]
  /** What paths are relative to, and where packages are resolved from. */
  readonly directory: string
}

export interface Command {
  readonly summary: string
  /** The words that it takes, as the help shows them: `[alias...]`. */
  readonly usage: string
  readonly options: readonly OptionName[]
  /** Lines of the help that no option explains. */
  readonly notes?: readonly string[]
  /** Returns whether everything succeeded. Throws a `UsageError` for invalid arguments. */
  run(given: Arguments, output: Output, input: Input): Promise<boolean>
}
