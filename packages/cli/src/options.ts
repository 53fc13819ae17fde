/** How an option is parsed, and its line in the help. */
interface Option {
  readonly type: "boolean" | "string"
  readonly short?: string
  /** It can be repeated, and its value is a list. */
  readonly multiple?: boolean
  /** As the help shows it: `--config file`. */
  readonly form: string
  readonly meaning: string
}

/** The options of all commands. An option has the same meaning in every command. */
export const options = {
  config: {
    type: "string",
    form: "--config file",
    meaning: "default: larder.config.ts, .js, .mjs or .cjs here",
  },
  url: {
    type: "string",
    form: "--url url",
    meaning: "a store instead of a configuration: redis://host:6379/1",
  },
  cache: { type: "string", form: "--cache alias", meaning: "alias of the cache; default: default" },
  namespace: {
    type: "string",
    multiple: true,
    form: "--namespace name",
    meaning: "a namespace of the cache; repeat it to nest them",
  },
  "key-version": { type: "string", form: "--key-version n", meaning: "default: the version of the cache" },
  "key-prefix": { type: "string", form: "--key-prefix text", meaning: "with --url: the keyPrefix of the program" },
  timeout: { type: "string", form: "--timeout time", meaning: "30, 250ms, 15m, 2h, 1d, never; default: the cache's" },
  tag: { type: "string", multiple: true, form: "--tag name", meaning: "a tag of the entry; can be repeated" },
  as: { type: "string", form: "--as form", meaning: "form of the value: text, json or rich; default: text" },
  limit: { type: "string", form: "--limit n", meaning: "stop after this many keys" },
  yes: { type: "boolean", form: "--yes", meaning: "do not ask for confirmation" },
  table: { type: "string", form: "--table name", meaning: "with --url: the table; default: larder_cache" },
  "dry-run": { type: "boolean", form: "--dry-run", meaning: "print the SQL and change nothing" },
  watch: { type: "boolean", form: "--watch", meaning: "repeat, with rates per second, until Ctrl+C" },
  interval: { type: "string", form: "--interval seconds", meaning: "with --watch: time between updates; default: 2" },
  seconds: { type: "string", form: "--seconds seconds", meaning: "total duration; default: 10" },
  json: { type: "boolean", form: "--json", meaning: "print JSON on one line" },
  help: { type: "boolean", short: "h", form: "-h, --help", meaning: "show this help" },
  version: { type: "boolean", short: "v", form: "-v, --version", meaning: "print the version" },
} as const

/** The options that a command can have besides `--json` and `--help`. */
export type OptionName = Exclude<keyof typeof options, "json" | "help" | "version">

type ValueOf<One extends Option> = One extends { multiple: true }
  ? readonly string[]
  : One["type"] extends "boolean"
    ? boolean
    : string

/** The options of a command line by name; absent if not given. */
export type OptionValues = {
  readonly [Name in keyof typeof options]?: ValueOf<(typeof options)[Name]> | undefined
}
