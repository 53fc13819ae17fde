import type { Milliseconds } from "./backend.js"

/** The answer of `work`, or that of `otherwise` when the time is over first. What `work` brings later is dropped. */
export function within<Answer>(work: Promise<Answer>, limit: Milliseconds, otherwise: () => Answer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      try {
        resolve(otherwise())
      } catch (error) {
        reject(error)
      }
    }, limit)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
