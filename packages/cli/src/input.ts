/** What a command may ask for. */
export interface Input {
  /** Asks a question on the terminal, and returns whether the answer is yes. Absent: there is nobody to ask. */
  confirm?(question: string): Promise<boolean>
  /**
   * Calls the listener at the first Ctrl+C, which then does not end the process; the next one does. Returns a function that stops
   * listening. Absent: nobody interrupts.
   */
  onInterrupt?(listener: () => void): () => void
  /** All of the standard input. */
  read(): Promise<Uint8Array>
}

/** Nobody to ask, and nothing to read. */
export const noInput: Input = { read: async () => new Uint8Array() }
