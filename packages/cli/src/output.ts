/** Where a command writes, one line a call, without the line's end. */
export interface Output {
  /** What was asked for. */
  out(line: string): void
  /** What went wrong. */
  error(line: string): void
}
