/** Where a command writes: one line per call, without the newline. */
export interface Output {
  /** Results. */
  out(line: string): void
  /** Failures. */
  error(line: string): void
  /** The width of the terminal that shows the results. Absent: they go to a file or a program. */
  readonly columns?: number | undefined
  /** Replaces the progress text of a long command; `""` removes it. Absent: there is no terminal. */
  progress?(text: string): void
  /** Resolves when more results can be written, to `false` if the reader is gone. Absent: always `true`. */
  ready?(): Promise<boolean>
}
