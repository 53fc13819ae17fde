/** Where a command writes: one line per call, without a newline at its end. */
export interface Output {
  /** Results. */
  out(line: string): void
  /** Failures. */
  error(line: string): void
  /** The width of the terminal that results go to. Absent: they go to a file or a program. */
  readonly columns?: number | undefined
  /**
   * Shows how far a long command is, in place of the last such text; `""` removes it. Absent: nobody watches.
   */
  progress?(text: string): void
  /** Resolves when more results can be written: to false if nobody reads them any more. Absent: they always can. */
  ready?(): Promise<boolean>
}
