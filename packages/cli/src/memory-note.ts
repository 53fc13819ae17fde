import type { Cache } from "@larder/core"
import type { Output } from "./output.js"

/** Says of a store in the memory of a process that the program's entries are not in this one. */
export function noteOnMemory({ backend }: Cache, label: string, output: Output): void {
  if (backend.getSync === undefined || backend.capabilities.persistent) return
  output.error(
    `${label}: ${backend.name} keeps entries in the memory of one process; those of the program are not here`,
  )
}
