/** Whether a name is one of those listed or matches one of the patterns. */
export function matchesName(name: string, patterns: readonly (string | RegExp)[]): boolean {
  return patterns.some((pattern) => {
    if (typeof pattern === "string") return pattern === name
    // A pattern with the flag g or y goes on from its last match.
    pattern.lastIndex = 0
    return pattern.test(name)
  })
}
