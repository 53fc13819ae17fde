import type { Backend } from "@larder/core"

/** A backend whose store is gone. */
export function deadBackend(): Backend {
  const gone = (): Promise<never> => Promise.reject(new Error("the store is gone"))
  return {
    name: "dead",
    capabilities: { shared: true, persistent: true, evicts: false, ttlResolution: 1 },
    get: gone,
    set: gone,
    delete: gone,
  }
}
