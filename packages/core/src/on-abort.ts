const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls back when the signal is aborted; returns a function that cancels this. A signal gets only one listener, however many
 * wait for it: with more than ten, Node warns of a leak.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = callbacksOf.get(signal) ?? listen(signal)
  callbacks.add(callback)
  return () => {
    callbacks.delete(callback)
    if (callbacks.size > 0 || callbacksOf.get(signal) !== callbacks) return
    callbacksOf.delete(signal)
    signal.removeEventListener("abort", callAll)
  }
}

/** Settles like the promise, unless the signal is aborted first: then it calls `leave` and rejects with the reason. */
export function untilAborted<Result>(
  signal: AbortSignal,
  result: Promise<Result>,
  leave?: () => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stopWaiting = onAbort(signal, () => {
      reject(signal.reason)
      leave?.()
    })
    result.then(resolve, reject).finally(stopWaiting)
  })
}

function listen(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>()
  callbacksOf.set(signal, callbacks)
  signal.addEventListener("abort", callAll, { once: true })
  return callbacks
}

function callAll({ target }: Event): void {
  const signal = target as AbortSignal
  const callbacks = callbacksOf.get(signal) ?? []
  callbacksOf.delete(signal)
  for (const callback of callbacks) callback()
}
