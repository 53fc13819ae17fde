import type { Command } from "./command.js"
import { commandGroups } from "./command-groups.js"
import { options } from "./options.js"

/** Lists the commands, in lines of at most 80 columns. */
export function help(): string[] {
  const groups = Object.entries(commandGroups).flatMap(([title, commands]) => {
    const rows = Object.entries(commands).map(([name, { usage, summary }]) => [`${name} ${usage}`, summary] as const)
    return ["", `${title}:`, ...table(rows)]
  })
  return [
    "Usage: larder <command> [options]",
    ...groups,
    "",
    "The caches come from larder.config.ts, .js, .mjs or .cjs in this folder:",
    "  export const caches = createCaches({ ... })",
    "",
    "larder help <command> explains a command and its options.",
  ]
}

/** Explains one command. */
export function helpOn(name: string, { usage, summary, options: own, notes = [] }: Command): string[] {
  const rows = [...own, "json" as const, "help" as const].map((option) => {
    const { form, meaning } = options[option]
    return [form, meaning] as const
  })
  const usageLine = ["Usage: larder", name, usage, "[options]"].filter((part) => part !== "").join(" ")
  return [usageLine, "", `  ${summary}`, ...notes.map((note) => `  ${note}`), "", ...table(rows)]
}

function table(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
