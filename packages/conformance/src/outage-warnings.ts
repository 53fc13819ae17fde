type Emit = typeof process.emitWarning

/** Who listens at the moment; the process' own `emitWarning` is away for so long. */
const listeners = new Set<(message: string) => void>()
let emit: Emit | undefined

/**
 * Runs the work and answers every warning that the process emitted meanwhile, none of which was printed. Work that runs
 * at the same time gets them too.
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
