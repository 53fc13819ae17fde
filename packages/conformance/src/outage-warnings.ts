type Emit = typeof process.emitWarning

/** The current listeners. While there are any, `process.emitWarning` is replaced. */
const listeners = new Set<(message: string) => void>()
let emit: Emit | undefined

/**
 * Runs `work` with a list of the warnings that the process emits meanwhile, which are not printed. Concurrent calls each
 * get all of them.
 */
export async function withWarnings(work: (warnings: readonly string[]) => Promise<void>): Promise<void> {
  const warnings: string[] = []
  const note = (message: string): void => void warnings.push(message)
  if (listeners.size === 0) {
    emit = process.emitWarning
    process.emitWarning = (warning: string | Error) => {
      for (const listener of listeners) listener(String(warning))
    }
  }
  listeners.add(note)
  try {
    await work(warnings)
  } finally {
    listeners.delete(note)
    if (listeners.size === 0 && emit !== undefined) process.emitWarning = emit
  }
}
