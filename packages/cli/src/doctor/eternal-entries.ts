import type { Finding } from "@larder/core"
import type { Subject } from "./subject.js"

/** Whether entries never expire in a store that never makes room. */
export function eternityFinding({ cache }: Subject): Finding | undefined {
  if (cache.timeout !== null || cache.backend.capabilities.evicts) return undefined
  return {
    severity: "warning",
    code: "never-expires",
    found: "Entries never expire (timeout is null), and the store drops none to make room.",
    why: "It grows with every new key.",
    advice: "Set a timeout, even a long one.",
  }
}
