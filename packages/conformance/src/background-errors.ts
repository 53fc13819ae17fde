const events = ["uncaughtException", "unhandledRejection"] as const

type Listener = (error: unknown) => void

const watches = new Set<unknown[]>()
let others: readonly { readonly event: (typeof events)[number]; readonly listener: Listener }[] = []

/**
 * Settles as `work` does, or rejects if an uncaught error occurs meanwhile, which would have ended the process. Other
 * listeners for such errors, for example those of a test runner, are not called.
 */
export async function failingOnBackgroundErrors(work: () => Promise<void>): Promise<void> {
  const caught: unknown[] = []
  if (watches.size === 0) takeOver()
  watches.add(caught)
  try {
    await work()
    // Unhandled rejections are reported after the promise jobs of this turn.
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    watches.delete(caught)
    if (watches.size === 0) giveBack()
  }
  if (caught.length > 0) {
    const [cause] = caught
    throw new Error(`uncaught errors (${caught.length}), which would have ended the process; the first is ${cause}`, {
      cause,
    })
  }
}

/** An uncaught error cannot be attributed to one caller, so every active watch gets it. */
function note(error: unknown): void {
  for (const caught of watches) caught.push(error)
}

function takeOver(): void {
  others = events.flatMap((event) =>
    process.rawListeners(event).map((listener) => ({ event, listener: listener as Listener })),
  )
  for (const event of events) process.removeAllListeners(event).on(event, note)
}

function giveBack(): void {
  for (const event of events) process.off(event, note)
  for (const { event, listener } of others) process.on(event, listener)
}
