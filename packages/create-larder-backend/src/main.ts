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
  "  Writes a new package with a Larder backend and its tests into a new folder.",
  "",
  "  <name>         the name of the store (my-store, for the package larder-my-store), or of",
  "                 the package (larder-my-store, @acme/larder-store)",
  "  -h, --help     show this help",
  "  -v, --version  print the version",
  "",
  `Next steps: ${guide}`,
]

/**
 * Runs `create-larder-backend` with these command-line arguments. Resolves to the exit code: 0 if everything succeeded, 1 if
 * something failed, 2 if the arguments are invalid. Never rejects: each failure is one line on `terminal.error`. The folder
 * is written into `directory`; default: the working directory. The next steps name `packageManager`; default: `"npm"`.
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
    // Node's advice is about arguments that begin with a dash, which names never do.
    throw new UsageError(lineOf(error).replace(/\. To specify a positional argument .*/, ""))
  }
}

async function nameOf(positionals: readonly string[], terminal: Terminal): Promise<string> {
  const [given, ...others] = positionals
  if (others.length > 0) throw new UsageError(`Pass one name; got ${positionals.join(" ")}`)
  const name = given ?? (await terminal.ask?.("Name of the store, such as my-store: "))?.trim() ?? ""
  if (name === "") throw new UsageError("Pass the name of the store: npm create larder-backend my-store")
  return name
}

function nextSteps({ packageName, folder, store }: BackendNames, packageManager: string): string[] {
  return [
    `Wrote the package ${packageName} into ${folder}/. Now run`,
    "",
    `  cd ${folder}`,
    `  ${packageManager} install`,
    `  ${packageManager} test`,
    "",
    `Its tests pass with a Map as the store. Replace it with your store in src/${store}-backend.ts:`,
    guide,
  ]
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ")
}
