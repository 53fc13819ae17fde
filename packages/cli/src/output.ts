/** Where a command writes: one line per call, without a newline at its end. */
export interface Output {
  /** Results. */
  out(line: string): void
  /** Failures. */
  error(line: string): void
}
