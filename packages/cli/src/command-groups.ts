import type { Command } from "./command.js"
import { bench } from "./commands/bench.js"
import { clear } from "./commands/clear.js"
import { createCacheTable } from "./commands/create-cache-table.js"
import { deleteEntries } from "./commands/delete.js"
import { doctor } from "./commands/doctor.js"
import { get } from "./commands/get.js"
import { invalidateTags } from "./commands/invalidate-tags.js"
import { keys } from "./commands/keys.js"
import { ping } from "./commands/ping.js"
import { prune } from "./commands/prune.js"
import { set } from "./commands/set.js"
import { stats } from "./commands/stats.js"
import { touch } from "./commands/touch.js"
import { ttl } from "./commands/ttl.js"

/** All commands by name, in the groups and order of the help. */
export const commandGroups: Readonly<Record<string, Readonly<Record<string, Command>>>> = {
  Entries: {
    get,
    set,
    delete: deleteEntries,
    touch,
    ttl,
    keys,
    "invalidate-tags": invalidateTags,
    clear,
    prune,
  },
  Stores: { ping, createcachetable: createCacheTable, stats, doctor, bench },
}

/** Returns `undefined` if there is no such command. */
export function commandNamed(name: string): Command | undefined {
  return Object.values(commandGroups).find((group) => Object.hasOwn(group, name))?.[name]
}
