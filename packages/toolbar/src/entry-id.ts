/** Identifies an entry across all caches of the process. */
export function entryId(alias: string, finalKey: string): string {
  return `${alias}\n${finalKey}`
}
