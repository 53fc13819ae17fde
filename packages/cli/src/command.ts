import type { Output } from "./output.js"

/** The command line, parsed, and the working directory. */
export interface Arguments {
  readonly aliases: readonly string[]
  /** The path of the configuration file; absent: it is searched for. */
  readonly config: string | undefined
  /** The URL of one store, in place of a configuration. */
  readonly url: string | undefined
  readonly table: string | undefined
  readonly dryRun: boolean
  readonly json: boolean
  /** What paths are relative to, and where packages are resolved from. */
  readonly directory: string
}

/** The options that a command may have besides `--json`. */
export type OptionName = "config" | "url" | "table" | "dry-run"

export interface Command {
  readonly summary: string
  /** The arguments, as the help shows them. */
  readonly usage: string
  readonly options: readonly OptionName[]
  /** Returns whether everything succeeded. Throws a `UsageError` for invalid arguments. */
  run(given: Arguments, output: Output): Promise<boolean>
}
