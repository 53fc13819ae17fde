import type { Finding } from "@larder/core"
import { compareAndSwapFinding } from "./compare-and-swap.js"
import { differenceFinding } from "./differences.js"
import type { ExaminedServer } from "./examined-server.js"
import { evictionFinding, roomFinding } from "./room.js"
import { valueSizeFinding } from "./value-size.js"

/** Checks each server, and that all servers are alike. */
export function diagnose(servers: readonly ExaminedServer[], maxValueBytes: number): readonly Finding[] {
  return [
    ...servers.flatMap((server) => [
      compareAndSwapFinding(server),
      valueSizeFinding(server, maxValueBytes),
      roomFinding(server),
      evictionFinding(server),
    ]),
    differenceFinding(servers),
  ].filter((finding) => finding !== undefined)
}
