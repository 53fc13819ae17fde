import type { Finding } from "@larder/core"
import { figureIn, type ServerInfo } from "../server-info.js"

const evictAny =
  "Set maxmemory-policy to allkeys-lfu, or to volatile-lfu if the server also holds keys that must not be lost."

/** Checks that the server's memory is limited, and that it can evict keys at the limit. */
export function memoryFinding(info: ServerInfo): Finding | undefined {
  if (!info.has("maxmemory")) return undefined
  if (figureIn(info, "maxmemory") === 0) return unlimited
  const policy = info.get("maxmemory_policy") ?? ""
  if (policy === "noeviction") return neverEvicts(info)
  return policy.startsWith("volatile-") ? keepsEternalKeys(info, policy) : undefined
}

const unlimited: Finding = {
  severity: "warning",
  code: "maxmemory",
  found: "The server has no memory limit (maxmemory is 0).",
  why: "It grows until the machine runs out of memory; then the system kills it, and all entries are lost.",
  advice: `Set maxmemory to less than the memory of the machine. ${evictAny}`,
}

function neverEvicts(info: ServerInfo): Finding {
  const [used, most] = [info.get("used_memory_human"), info.get("maxmemory_human")]
  const isFull =
    figureIn(info, "used_memory") - figureIn(info, "mem_not_counted_for_evict") >= figureIn(info, "maxmemory")
  return {
    severity: isFull ? "error" : "warning",
    code: "maxmemory-policy",
    found: `The server never evicts (maxmemory-policy is noeviction); ${used} of ${most} are used.`,
    why: isFull ? "It is full and refuses all writes." : "It refuses all writes as soon as it is full.",
    advice: evictAny,
  }
}

function keepsEternalKeys(info: ServerInfo, policy: string): Finding | undefined {
  const { keys, eternal } = keyCounts(info)
  if (eternal === 0) return undefined
  return {
    severity: "warning",
    code: "maxmemory-policy",
    found: `${eternal} of the server's ${keys} keys never expire, and its maxmemory-policy, ${policy}, evicts only keys that do.`,
    why: "Such keys leave less room for all others; once they fill the memory, the server refuses all writes.",
    advice: "Give every entry a timeout, or set maxmemory-policy to allkeys-lfu if the server may lose any key.",
  }
}

/** Sums up lines such as `db0:keys=5,expires=2,avg_ttl=0`, because all databases share the memory. */
function keyCounts(info: ServerInfo): { readonly keys: number; readonly eternal: number } {
  let [keys, expiring] = [0, 0]
  for (const [name, value] of info) {
    const counts = /^db\d+$/.test(name) ? /keys=(\d+),expires=(\d+)/.exec(value) : null
    keys += Number(counts?.[1] ?? 0)
    expiring += Number(counts?.[2] ?? 0)
  }
  return { keys, eternal: keys - expiring }
}
