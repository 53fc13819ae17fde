/** A pattern of Redis that fits every key which begins with the prefix, taken to the letter, and no other. */
export function globOfPrefix(prefix: string): string {
  return `${prefix.replaceAll(/[\\*?[\]]/g, "\\$&")}*`
}
