import type { Milliseconds } from "@larder/core"

/** Answers what the promise answers, or rejects when that takes longer. What comes late is handed to `late`. */
export function within<Result>(
  timeout: Milliseconds,
  promise: Promise<Result>,
  late: (result: Result) => void = () => {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      reject(new Error(`The database did not answer within ${timeout} ms`))
    }, timeout)
    timer.unref()
    promise.then(
      (result) => {
        clearTimeout(timer)
        if (isLate) late(result)
        else resolve(result)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
