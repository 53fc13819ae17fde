import type { Finding } from "@larder/core"
import type { Subject } from "./subject.js"

/** Checks that a cache on a shared server has a prefix that separates its keys from those of others. */
export function prefixFinding({ cache }: Subject): Finding | undefined {
  const { shared, remote } = cache.backend.capabilities
  if (!shared || remote !== true || cache.keyPrefix !== "") return undefined
  return {
    severity: "info",
    code: "no-key-prefix",
    found: "The cache has no keyPrefix.",
    why: "Another application without a prefix on this server would share its keys, and clear() in one empties both.",
    advice: "Set keyPrefix to the name of your application, unless no other uses this server.",
  }
}
