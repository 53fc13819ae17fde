import type { Finding, Milliseconds } from "@larder/core"
import type { EntryTable } from "../entry-table.js"
import type { Statement } from "../statement.js"

/** Clocks synchronized by NTP differ by milliseconds. */
const tolerance: Milliseconds = 5_000

/**
 * Checks that the server's clock agrees with that of this machine, allowing for the time of the round trip. `clock` selects
 * the server's time.
 */
export async function clockFinding(table: EntryTable, clock: Statement): Promise<Finding | undefined> {
  const before = Date.now()
  const [row] = await table.select(clock)
  const after = Date.now()
  const theirs = Number(row?.value)
  const difference = Math.max(theirs - after, before - theirs)
  if (difference <= tolerance) return undefined
  return {
    severity: "warning",
    code: "clock",
    found: `The server's clock is ${Math.round(difference / 1_000)} s ${theirs > after ? "ahead of" : "behind"} that of this machine.`,
    why: "Entries expire by the server's clock, but staleness (staleFor, staleIfError, early) is judged by the clocks of the machines that write and read them.",
    advice: "Run NTP on both machines.",
  }
}
