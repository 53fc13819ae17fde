import type { Finding, Milliseconds } from "@larder/core"
import { listOf, type RedisNode } from "../connection.js"

/** Clocks that time servers keep differ by milliseconds. */
const tolerance: Milliseconds = 5_000

/** Whether the server's clock differs from that of this machine, as far as the round trip lets one tell. */
export async function clockFinding(node: RedisNode): Promise<Finding | undefined> {
  const before = Date.now()
  const [seconds, microseconds] = listOf(await node.send(["TIME"]), 2).map(Number)
  const after = Date.now()
  const theirs = Number(seconds) * 1_000 + Number(microseconds) / 1_000
  const ahead = Math.max(theirs - after, 0)
  const behind = Math.max(before - theirs, 0)
  if (Math.max(ahead, behind) <= tolerance) return undefined
  return {
    severity: "warning",
    code: "clock",
    found: `The server's clock is ${Math.round(Math.max(ahead, behind) / 1_000)} s ${ahead > 0 ? "ahead of" : "behind"} that of this machine.`,
    why: "Entries expire by the server's clock, but how stale a value is (staleFor, staleIfError, early) is judged by the clocks of the machines that write and read it.",
    advice: "Run NTP on both machines.",
  }
}
