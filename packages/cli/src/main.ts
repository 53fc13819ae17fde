import { createRequire } from "node:module"
import { parseArgs } from "node:util"
import type { Command } from "./command.js"
import { commandNamed } from "./command-groups.js"
import { failureLine } from "./failure-line.js"
import { help, helpOn } from "./help.js"
import { type Input, noInput } from "./input.js"
import { isMisuse } from "./misuse.js"
import { type OptionName, options } from "./options.js"
import type { Output } from "./output.js"
import { UsageError } from "./usage-error.js"

const DONE = 0
const FAILED = 1
const MISUSED = 2

/**
 * Runs `larder` with these command-line arguments. Resolves to the exit code: 0 if everything succeeded, 1 if something
 * failed, 2 if the arguments are invalid. Never rejects: each failure is one line on `output.error`. Paths are relative to
 * `directory`, and packages are resolved from it; default: the working directory. `input` answers questions; default: no
 * terminal, and an empty standard input.
 */
export async function main(
  words: readonly string[],
  output: Output,
  directory: string = process.cwd(),
  input: Input = noInput,
): Promise<number> {
  // `larder help get` is `larder get --help`.
  const args = words[0] === "help" ? [...words.slice(1), "--help"] : words
  // Also for arguments that cannot be parsed.
  let name = args.slice(0, 1).find((word) => commandNamed(word) !== undefined)
  try {
    const { values, positionals } = parse(args)
    const [first, ...others] = positionals
    if (values.version) {
      output.out(version())
      return DONE
    }
    if (first === undefined) {
      for (const line of help()) output.out(line)
      return values.help ? DONE : MISUSED
    }
    const command = commandNamed(first)
    if (command === undefined) throw new UsageError(`There is no command ${first}`)
    name = first
    if (values.help) {
      for (const line of helpOn(name, command)) output.out(line)
      return DONE
    }
    for (const option of Object.keys(values)) assertTaken(name, command, option)
    // Most likely an unset environment variable.
    if (values.url === "") throw new UsageError("--url is empty")
    if (values.config !== undefined && values.url !== undefined) {
      throw new UsageError("Pass either --config or --url, not both")
    }
    return (await command.run({ ...values, words: others, directory }, output, input)) ? DONE : FAILED
  } catch (error) {
    output.error(`larder: ${failureLine(error)}`)
    if (!isMisuse(error)) return FAILED
    output.error(name === undefined ? "larder --help lists the commands" : `larder ${name} --help explains the command`)
    return MISUSED
  }
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>

function parse(words: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (error) {
    // Node's advice is longer than the error.
    throw new UsageError(
      failureLine(error).replace(/\. To specify a positional .*/, "; after --, arguments may begin with a dash"),
    )
  }
}

function assertTaken(name: string, command: Command, option: string): void {
  if (option === "json" || command.options.includes(option as OptionName)) return
  throw new UsageError(`${name} has no option --${option}`)
}

function version(): string {
  return (createRequire(import.meta.url)("../package.json") as { version: string }).version
}
