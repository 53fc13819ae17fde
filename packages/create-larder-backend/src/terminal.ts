/** Where the command writes, and whom it asks. */
export interface Terminal {
  /** Writes one line of the result, without a newline at its end. */
  out(line: string): void
  /** Writes one line about a failure. */
  error(line: string): void
  /** Resolves to the answer; to an empty one if nobody answers. Absent: there is nobody to ask. */
  ask?(question: string): Promise<string>
}
