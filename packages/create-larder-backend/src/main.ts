import { join } from "node:path"
import { parseArgs } from "node:util"
import { type BackendNames, backendNames } from "./backend-names.js"
import { skeleton, version } from "./skeleton.js"
import type { Terminal } from "./terminal.js"
import { UsageError } from "./usage-error.js"
import { writeFolder } from "./write-folder.js"

const DONE = 0
const FAILED = 1
const MISUSED = 2

const guide = "https://github.com/larder/larder/blob/main/docs/writing-a-backend.md"

const options = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const

const help = [
  "Usage: npm create larder-backend <name>",
  "",
  "  Writes a new package with a Larder backend, and its tests, into a folder of the working directory.",
  "",
  "  <name>         that of the store, such as my-store, for the package larder-my-store; or that of the",
  "                 package, such as larder-my-store or @acme/larder-store",
  "  -h, --help     show this",
  "  -v, --version  print the version",
  "",
  `How to go on: ${guide}`,
]

/**
 * Runs `create-larder-backend` with these command-line arguments. Resolves to the exit code: 0 if everything succeeded, 1 if
 * something failed, 2 if the arguments are wrong. Never rejects: each failure is one line on `terminal.error`. `directory`
 * is where the folder is written; default: the working directory. `packageManager` is named in the next steps; default:
 * `"npm"`.
 */
export async function main(
  words: readonly string[],
  terminal: Terminal,
  directory: string = process.cwd(),
  packageManager: string = "npm",
): Promise<number> {
  try {
    const { values, positionals } = parse(words)
    if (values.help || values.version) {
      for (const line of values.help ? help : [version]) terminal.out(line)
      return DONE
    }
    const names = backendNames(await nameOf(positionals, terminal))
    writeFolder(join(directory, names.folder), skeleton(names))
    for (const line of nextSteps(names, packageManager)) terminal.out(line)
    return DONE
  } catch (error) {
    terminal.error(`create-larder-backend: ${lineOf(error)}`)
    return error instanceof UsageError ? MISUSED : FAILED
  }
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>

function parse(words: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (error) {
    // Without Node's advice on arguments that begin with a dash: names do not.
    throw new UsageError(lineOf(error).replace(/\. To specify a positional argument .*/, ""))
  }
}

async function nameOf(positionals: readonly string[], terminal: Terminal): Promise<string> {
  const [given, ...others] = positionals
  if (others.length > 0) throw new UsageError(`One name, not ${positionals.length}: ${positionals.join(" ")}`)
  const name = given ?? (await terminal.ask?.("Name of the store, such as my-store: "))?.trim() ?? ""
  if (name === "") throw new UsageError("What is the name of the store? npm create larder-backend my-store")
  return name
}

function nextSteps({ packageName, folder, store }: BackendNames, packageManager: string): string[] {
  return [
    `Wrote the package ${packageName} into ${folder}/. Now`,
    "",
    `  cd ${folder}`,
    `  ${packageManager} install`,
    `  ${packageManager} test`,
    "",
    `Its tests pass with a Map as the store. Put your store in its place, in src/${store}-backend.ts:`,
    guide,
  ]
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ")
}
