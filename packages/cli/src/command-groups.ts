import type { Command } from "./command.js"
import { bench } from "./commands/bench.js"
import { createCacheTable } from "./commands/create-cache-table.js"
import { doctor } from "./commands/doctor.js"
import { ping } from "./commands/ping.js"
import { stats } from "./commands/stats.js"

/** All commands by name, in the groups and the order of the help. */
export const commandGroups: Readonly<Record<string, Readonly<Record<string, Command>>>> = {
  Stores: { ping, createcachetable: createCacheTable, stats, doctor, bench },
}

/** Returns `undefined` if there is none of this name. */
export function commandNamed(name: string): Command | undefined {
  return Object.values(commandGroups).find((group) => Object.hasOwn(group, name))?.[name]
}
