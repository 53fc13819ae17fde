/** The limits of a store. */
export interface Limits {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** The size of a store, measured or estimated, or a surplus. */
export interface Amount {
  entries: number
  bytes: number
}

/** By how much an amount exceeds the limits; negative if there is room. */
export function surplusOf({ entries, bytes }: Amount, { maxEntries, maxBytes }: Limits): Amount {
  return { entries: entries - maxEntries, bytes: bytes - maxBytes }
}

/** True if something must be removed. */
export function isTooMuch({ entries, bytes }: Amount): boolean {
  return entries > 0 || bytes > 0
}
