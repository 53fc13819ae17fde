/** A Redis pattern that matches exactly the keys that start with the prefix, taken literally. */
export function globOfPrefix(prefix: string): string {
  return `${prefix.replaceAll(/[\\*?[\]]/g, "\\$&")}*`
}
