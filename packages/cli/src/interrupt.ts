import type { Input } from "./input.js"

const signals = ["SIGINT", "SIGTERM"] as const

/** The `onInterrupt` of `Input` for this process. */
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

/** Runs `work` with a signal that Ctrl+C aborts. `work` must then end. */
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

/** Resolves after this time, or when the signal is aborted. */
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
