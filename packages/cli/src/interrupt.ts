import type { Input } from "./input.js"

const signals = ["SIGINT", "SIGTERM"] as const

/**
 * Calls the listener at the first Ctrl+C, which then does not end the process; the next one does. Returns a function that stops
 * listening.
 */
export function onInterrupt(listener: () => void): () => void {
  const release = (): void => {
    for (const signal of signals) process.removeListener(signal, handle)
  }
  const handle = (): void => {
    release()
    listener()
  }
  for (const signal of signals) process.on(signal, handle)
  return release
}

/** Runs `work` with a signal that Ctrl+C aborts. It has to end then. */
export async function interruptible<Result>(
  input: Input,
  work: (interrupted: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const release = input.onInterrupt?.(() => controller.abort())
  try {
    return await work(controller.signal)
  } finally {
    release?.()
  }
}

/** Resolves after this time, or once the signal is aborted. */
export function pause(seconds: number, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      interrupted.removeEventListener("abort", end)
      resolve()
    }
    const timer = setTimeout(end, seconds * 1_000)
    interrupted.addEventListener("abort", end)
    if (interrupted.aborted) end()
  })
}
