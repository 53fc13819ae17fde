import type { Finding } from "@larder/core"
import type { ServerInfo } from "../server-info.js"

/** Checks that the server can write to its disk; otherwise it refuses the writes of clients. */
export function persistenceFinding(info: ServerInfo): Finding | undefined {
  if (info.get("aof_last_write_status") === "err") return appendingFails
  return info.get("rdb_last_bgsave_status") === "err" ? snapshotsFail : undefined
}

const diskAdvice = "Check the server's log, and the free space and permissions on its disk"

const appendingFails: Finding = {
  severity: "error",
  code: "persistence",
  found: "The server cannot write to its append-only file.",
  why: "It refuses all writes until it can.",
  advice: `${diskAdvice}; or set appendonly to no if it is only a cache.`,
}

const snapshotsFail: Finding = {
  severity: "warning",
  code: "persistence",
  found: "The server's last snapshot failed.",
  why: "As long as scheduled snapshots fail, it refuses all writes (stop-writes-on-bgsave-error).",
  advice: `${diskAdvice}; or set save to "" if it is only a cache.`,
}
