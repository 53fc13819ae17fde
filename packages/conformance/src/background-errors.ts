const events = ["uncaughtException", "unhandledRejection"] as const

type Listener = (error: unknown) => void

const watches = new Set<unknown[]>()
let others: readonly { readonly event: (typeof events)[number]; readonly listener: Listener }[] = []

/**
 * Settles as `work` does, or rejects with an error that nobody caught meanwhile: it would have ended the process. Test
 * runners, which listen for such errors too, do not hear of them.
 */
export async function failingOnBackgroundErrors(work: () => Promise<void>): Promise<void> {
  const caught: unknown[] = []
  if (watches.size === 0) takeOver()
  watches.add(caught)
  try {
    await work()
    // Rejections that nobody handles are told when the promises of this turn have settled.
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    watches.delete(caught)
    if (watches.size === 0) giveBack()
  }
  if (caught.length > 0) {
    const [cause] = caught
    throw new Error(`errors in the background would have ended the process (${caught.length}), first ${cause}`, {
      cause,
    })
  }
}

/** Whose error it is cannot be told, so every watch under way gets it. */
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
