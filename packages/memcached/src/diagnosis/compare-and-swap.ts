import type { Finding } from "@larder/core"
import type { ExaminedServer } from "./examined-server.js"

/** Checks that the server was started with compare and swap. */
export function compareAndSwapFinding({ name, settings }: ExaminedServer): Finding | undefined {
  if (settings.get("cas_enabled") !== "no") return undefined
  return {
    severity: "error",
    code: "compare-and-swap",
    found: `The server ${name} was started without compare and swap (-C).`,
    why: "Locks cannot be released, and incr is refused.",
    advice: "Start it without -C.",
  }
}
