/** Whether a name is listed or matches one of the patterns. */
export function matchesName(name: string, patterns: readonly (string | RegExp)[]): boolean {
  return patterns.some((pattern) => {
    if (typeof pattern === "string") return pattern === name
    // A pattern with the flag g or y continues from its last match.
    pattern.lastIndex = 0
    return pattern.test(name)
  })
}
