import { randomUUID } from "node:crypto"

/** The timeout of an entry that doctor writes: it expires even if the process is killed before removing it. */
export const PROBE_SECONDS = 60

/** Returns the key of an entry that doctor writes. */
export function probeKey(): string {
  return `larder-doctor-${randomUUID()}`
}
