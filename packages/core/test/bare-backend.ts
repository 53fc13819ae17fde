import type { Backend } from "../src/backend.js"
import type { MapBackend } from "./map-backend.js"

/** A backend that only does what every backend must. */
export function bare(backend: MapBackend): Backend {
  return {
    name: "bare",
    capabilities: backend.capabilities,
    get: (key) => backend.get(key),
    set: (key, value, ttl) => backend.set(key, value, ttl),
    delete: (key) => backend.delete(key),
  }
}
