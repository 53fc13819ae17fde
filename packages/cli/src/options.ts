/** How one option is parsed, and its line in the help. */
interface Option {
  readonly type: "boolean" | "string"
  readonly short?: string
  /** It can be repeated, and has a list of values. */
  readonly multiple?: boolean
  /** As the help shows it: `--config file`. */
  readonly form: string
  readonly meaning: string
}

/** The options of all commands, each with one meaning wherever it is taken. */
export const options = {
  config: {
    type: "string",
    form: "--config file",
    meaning: "default: larder.config.ts, .js or .mjs in this folder",
  },
  url: {
    type: "string",
    form: "--url url",
    meaning: "one store, without a configuration: redis://host:6379/1",
  },
  cache: { type: "string", form: "--cache alias", meaning: "the cache of the configuration; default: default" },
  namespace: {
    type: "string",
    multiple: true,
    form: "--namespace name",
    meaning: "a namespace of the cache; again: one inside it",
  },
  "key-version": { type: "string", form: "--key-version n", meaning: "default: the version of the cache" },
  "key-prefix": { type: "string", form: "--key-prefix text", meaning: "the keyPrefix of the program, with --url" },
  timeout: { type: "string", form: "--timeout time", meaning: "30, 250ms, 15m, 2h, 1d, never; default: the cache's" },
  tag: { type: "string", multiple: true, form: "--tag name", meaning: "tag the entry; again: one more tag" },
  as: { type: "string", form: "--as form", meaning: "of the value: text, json or rich; default: text" },
  limit: { type: "string", form: "--limit n", meaning: "stop after this many keys" },
  yes: { type: "boolean", form: "--yes", meaning: "do not ask" },
  table: { type: "string", form: "--table name", meaning: "of the table; default: that of @larder/database" },
  "dry-run": { type: "boolean", form: "--dry-run", meaning: "print the SQL and change nothing" },
  watch: { type: "boolean", form: "--watch", meaning: "repeat, with what happens a second; ends with Ctrl+C" },
  interval: { type: "string", form: "--interval seconds", meaning: "with --watch: between two looks; default: 2" },
  seconds: { type: "string", form: "--seconds seconds", meaning: "how long to measure in all; default: 10" },
  json: { type: "boolean", form: "--json", meaning: "print JSON on one line" },
  help: { type: "boolean", short: "h", form: "-h, --help", meaning: "explain the command" },
  version: { type: "boolean", short: "v", form: "-v, --version", meaning: "print the version" },
} as const

/** The options that a command may have besides `--json` and `--help`. */
export type OptionName = Exclude<keyof typeof options, "json" | "help" | "version">

type ValueOf<One extends Option> = One extends { multiple: true }
  ? readonly string[]
  : One["type"] extends "boolean"
    ? boolean
    : string

/** The options of a command line, by name; absent if not given. */
export type OptionValues = {
  readonly [Name in keyof typeof options]?: ValueOf<(typeof options)[Name]> | undefined
}
