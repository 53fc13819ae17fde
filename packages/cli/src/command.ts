import type { Output } from "./output.js"

/** What was given on the command line, and where. */
export interface Arguments {
  readonly aliases: readonly string[]
  /** Path of the configuration; absent: it is looked for. */
  readonly config: string | undefined
  /** Stands for a configuration with one cache. */
  readonly url: string | undefined
  readonly table: string | undefined
  readonly dryRun: boolean
  readonly json: boolean
  /** Where paths begin and packages are looked for. */
  readonly directory: string
}

/** The options that a command may take beside `--json`. */
export type OptionName = "config" | "url" | "table" | "dry-run"

export interface Command {
  readonly summary: string
  /** What may follow the name of the command, as the help shows it. */
  readonly usage: string
  readonly options: readonly OptionName[]
  /** Answers whether all went well. Throws a `UsageError` where the arguments make no sense. */
  run(given: Arguments, output: Output): Promise<boolean>
}
