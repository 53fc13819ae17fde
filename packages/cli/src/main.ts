import { createRequire } from "node:module"
import { parseArgs } from "node:util"
import type { Arguments, Command, OptionName } from "./command.js"
import { createCacheTable } from "./commands/create-cache-table.js"
import { ping } from "./commands/ping.js"
import { failureLine } from "./failure-line.js"
import type { Output } from "./output.js"
import { UsageError } from "./usage-error.js"

const DONE = 0
const FAILED = 1
const MISUSED = 2

const commands: Readonly<Record<string, Command>> = { createcachetable: createCacheTable, ping }

const options = {
  config: { type: "string" },
  url: { type: "string" },
  table: { type: "string" },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const

/** The help on the options of commands. */
const explanations: Readonly<Record<OptionName | "json", readonly [form: string, meaning: string]>> = {
  config: ["--config file", "the configuration file; default: larder.config.ts, .js or .mjs in this folder"],
  url: ["--url url", "one store instead of a configuration: redis://host:6379/1, file:./cache"],
  table: ["--table name", "the name of the table; default: that of @larder/database"],
  "dry-run": ["--dry-run", "print the SQL and change nothing"],
  json: ["--json", "print one line of JSON"],
}
const widestForm = Math.max(...Object.values(explanations).map(([form]) => form.length))

/**
 * Runs `larder` with these command-line arguments. Returns the exit code: 0 if everything succeeded, 1 if something
 * failed, 2 if the arguments are wrong. Never rejects: each failure is one line on `output.error`. `directory` is what
 * paths are relative to and where packages are resolved from; default: the working directory.
 */
export async function main(
  words: readonly string[],
  output: Output,
  directory: string = process.cwd(),
): Promise<number> {
  try {
    const { values, positionals } = parse(words)
    const [name, ...aliases] = positionals
    if (values.version) {
      output.out(version())
      return DONE
    }
    if (name === undefined) {
      for (const line of help()) output.out(line)
      return values.help ? DONE : MISUSED
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) throw new UsageError(`There is no command ${name}`)
    if (values.help) {
      for (const line of helpOn(name, command)) output.out(line)
      return DONE
    }
    for (const option of Object.keys(values)) assertTaken(name, command, option)
    const { config, url, table } = values
    // Most likely an environment variable that is not set.
    if (url === "") throw new UsageError("--url is empty")
    if (config !== undefined && url !== undefined) throw new UsageError("Either --config or --url, not both")
    const given: Arguments = {
      aliases,
      config,
      url,
      table,
      dryRun: values["dry-run"] ?? false,
      json: values.json ?? false,
      directory,
    }
    return (await command.run(given, output)) ? DONE : FAILED
  } catch (error) {
    output.error(`larder: ${failureLine(error)}`)
    if (!(error instanceof UsageError)) return FAILED
    output.error("larder --help shows the commands")
    return MISUSED
  }
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>

function parse(words: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (error) {
    // Without Node's advice on positional arguments that begin with a dash: aliases do not.
    throw new UsageError(failureLine(error).replace(/\. To specify a positional argument .*/, ""))
  }
}

function assertTaken(name: string, command: Command, option: string): void {
  if (option === "json" || command.options.includes(option as OptionName)) return
  throw new UsageError(`${name} takes no --${option}`)
}

function version(): string {
  return (createRequire(import.meta.url)("../package.json") as { version: string }).version
}

function helpOn(name: string, { usage, summary, options: own }: Command): string[] {
  const lines = [...own, "json" as const].map((option) => {
    const [form, meaning] = explanations[option]
    return `  ${form.padEnd(widestForm)}  ${meaning}`
  })
  return [`Usage: larder ${name} ${usage}`, "", `  ${summary}`, "", ...lines]
}

function help(): string[] {
  return [
    "Usage: larder <command>",
    "",
    ...Object.entries(commands).flatMap(([name, { usage, summary }]) => [`  ${name} ${usage}`, `      ${summary}`]),
    "",
    "Caches are those of larder.config.ts, .js or .mjs in this folder: export const caches = createCaches({ ... })",
    "larder <command> --help explains the options",
  ]
}
