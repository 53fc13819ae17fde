import type { Backend } from "@larder/core"

/** More than fits in a page, statement or command of any store: SCAN stops at 1000, SQLite may at 999. */
export const many = 1_050

const inFlight = 64

/**
 * Writes with plain `set`, a limited number at once, so that a clause about something else does not depend on `setMany`.
 */
export async function writeMany(
  backend: Backend<unknown>,
  keys: readonly string[],
  value: (key: string, index: number) => unknown,
  ttl?: number,
): Promise<void> {
  for (let start = 0; start < keys.length; start += inFlight) {
    const batch = keys.slice(start, start + inFlight)
    await Promise.all(batch.map((key, index) => backend.set(key, value(key, start + index), ttl)))
  }
}
