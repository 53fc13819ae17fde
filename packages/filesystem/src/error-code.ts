/** The `code` of a system error: `"ENOENT"`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}

/** Whether there is no space left: no blocks, no inodes, or no more quota. */
export function isFull(error: unknown): boolean {
  const code = codeOf(error)
  return code === "ENOSPC" || code === "EDQUOT"
}
