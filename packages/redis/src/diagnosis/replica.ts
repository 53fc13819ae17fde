import type { Finding } from "@larder/core"
import type { ServerInfo } from "../server-info.js"

/** Checks that the server is not a replica that refuses writes. */
export function replicaFinding(info: ServerInfo): Finding | undefined {
  if (info.get("role") !== "slave" || info.get("slave_read_only") === "0") return undefined
  return {
    severity: "error",
    code: "replica",
    found: `The server is a read-only replica of ${info.get("master_host")}:${info.get("master_port")}.`,
    why: "It refuses all writes.",
    advice: "Connect to the master, or use the options sentinels or cluster, which find it.",
  }
}
