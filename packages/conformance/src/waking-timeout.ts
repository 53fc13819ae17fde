/** So often time is looked at: a process that is not woken for longer has not been running. */
const step = 25
/** How much longer than asked it may be in all. */
const mostStretch = 3

/**
 * Calls back after so many milliseconds in which this process had its turns, so that a machine which is too busy to run
 * it does not make a call look as if it hung. Answers what cancels it.
 */
export function wakingTimeout(milliseconds: number, callback: () => void): () => void {
  const end = performance.now() + milliseconds * mostStretch
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
