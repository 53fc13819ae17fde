import type { Cache } from "@larder/core"
import type { Output } from "./output.js"

/** Warns that an in-process store does not contain the entries of the program. */
export function noteOnMemory({ backend }: Cache, label: string, output: Output): void {
  if (backend.getSync === undefined || backend.capabilities.persistent) return
  output.error(`${label}: ${backend.name} keeps entries in the memory of one process; the program's are not here`)
}
