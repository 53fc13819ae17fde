import type { Finding } from "@larder/core"
import type { ServerStats } from "../server-stats.js"
import type { ExaminedServer } from "./examined-server.js"

const compared: readonly (readonly [label: string, of: (server: ExaminedServer) => ServerStats, name: string])[] = [
  ["memory (-m)", ({ settings }) => settings, "maxbytes"],
  ["item size (-I)", ({ settings }) => settings, "item_size_max"],
  ["version", ({ stats }) => stats, "version"],
]

/** Checks that the servers are alike, because keys are spread evenly over them. */
export function differenceFinding(servers: readonly ExaminedServer[]): Finding | undefined {
  const different = compared.flatMap(([label, of, name]) => {
    const values = servers.map((server) => of(server).get(name))
    if (new Set(values).size <= 1) return []
    return [`${label}: ${servers.map((server, index) => `${server.name} has ${values[index]}`).join(", ")}`]
  })
  if (different.length === 0) return undefined
  return {
    severity: "warning",
    code: "different-servers",
    found: `The servers differ in ${different.join("; in ")}.`,
    why: "Keys are spread evenly, so the smallest server is full first, and whether an entry is kept depends on its key.",
    advice: "Start all servers with the same version and options.",
  }
}
