/** Where the command writes and asks. */
export interface Terminal {
  /** Writes a line of the result, which has no newline. */
  out(line: string): void
  /** Writes a line about a failure. */
  error(line: string): void
  /** Resolves to the answer, which is empty if the input ends. Absent: there is no terminal. */
  ask?(question: string): Promise<string>
}
