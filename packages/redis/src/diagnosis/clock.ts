import type { Finding, Milliseconds } from "@larder/core"
import { listOf, type RedisNode } from "../connection.js"

/** Clocks synchronized by NTP differ by milliseconds. */
const tolerance: Milliseconds = 5_000

/** Checks that the server's clock agrees with that of this machine, allowing for the time of the round trip. */
export async function clockFinding(node: RedisNode): Promise<Finding | undefined> {
  const before = Date.now()
  const [seconds, microseconds] = listOf(await node.send(["TIME"]), 2).map(Number)
  const after = Date.now()
  const theirs = Number(seconds) * 1_000 + Number(microseconds) / 1_000
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
