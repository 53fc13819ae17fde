/** So often time is looked at: a process that is not woken for longer has not been running. */
const step = 25

/**
 * Calls back after so many milliseconds in which this process had its turns, so that a machine which is too busy to run
 * it does not make a call look as if it hung; but not after more than `most` in all. Answers what cancels it.
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
