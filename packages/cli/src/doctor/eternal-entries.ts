import type { Finding } from "@larder/core"
import type { Subject } from "./subject.js"

/** Checks that entries expire, unless the store evicts. */
export function eternityFinding({ cache }: Subject): Finding | undefined {
  if (cache.timeout !== null || cache.backend.capabilities.evicts) return undefined
  return {
    severity: "warning",
    code: "never-expires",
    found: "Entries never expire (timeout is null), and the store does not evict.",
    why: "The store grows with every new key.",
    advice: "Set a timeout, even a long one.",
  }
}
