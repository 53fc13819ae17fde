/** Where a command gets answers and data. */
export interface Input {
  /** Asks a question on the terminal. Resolves to whether the answer is yes. Absent: there is no terminal. */
  confirm?(question: string): Promise<boolean>
  /**
   * Calls the listener at the first Ctrl+C (`SIGINT`) or `SIGTERM`, which does not end the process; the next one does.
   * Returns a function that stops listening. Absent: there are no interruptions.
   */
  onInterrupt?(listener: () => void): () => void
  /** All of the standard input. */
  read(): Promise<Uint8Array>
}

/** No terminal, and an empty standard input. */
export const noInput: Input = { read: async () => new Uint8Array() }
