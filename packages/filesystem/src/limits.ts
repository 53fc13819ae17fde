/** What a store may hold. */
export interface Limits {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** How much there is, measured or estimated; also how much there is too much. */
export interface Amount {
  entries: number
  bytes: number
}

/** How far an amount is over the limits; negative where there is room. */
export function surplusOf({ entries, bytes }: Amount, { maxEntries, maxBytes }: Limits): Amount {
  return { entries: entries - maxEntries, bytes: bytes - maxBytes }
}

/** True while something has to go. */
export function isTooMuch({ entries, bytes }: Amount): boolean {
  return entries > 0 || bytes > 0
}
