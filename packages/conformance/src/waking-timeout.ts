/** Milliseconds between checks. A process that is not woken for longer has not been running. */
const step = 25

/**
 * Calls back after `milliseconds` in which this process was running, so that a call does not seem to hang on a machine
 * that is too busy to run it; but after `most` milliseconds in all cases. Returns a function that cancels it.
 */
export function wakingTimeout(
  milliseconds: number,
  callback: () => void,
  most: number = Number.POSITIVE_INFINITY,
): () => void {
  const end = performance.now() + most
  let left = Math.ceil(milliseconds / step)
  const timer = setInterval(
    () => {
      left -= 1
      if (left > 0 && performance.now() < end) return
      clearInterval(timer)
      callback()
    },
    Math.min(milliseconds, step),
  )
  return () => clearInterval(timer)
}
