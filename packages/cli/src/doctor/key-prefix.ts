import type { Finding } from "@larder/core"
import type { Subject } from "./subject.js"

/** Whether a cache on a shared server has nothing that keeps its keys apart from those of others. */
export function prefixFinding({ cache }: Subject): Finding | undefined {
  const { shared, remote } = cache.backend.capabilities
  if (!shared || remote !== true || cache.keyPrefix !== "") return undefined
  return {
    severity: "info",
    code: "no-key-prefix",
    found: "The cache has no keyPrefix.",
    why: "Another application that uses this server without one has the same keys, and clear() of one empties both.",
    advice: "Set keyPrefix to a name of your own, or see to it that nobody else uses the server.",
  }
}
