import type { Milliseconds } from "./backend.js"
import { LONGEST_DELAY } from "./timeout.js"

/** The result of `work`, or that of `otherwise` once the limit has passed. A later result of `work` is dropped. */
export function within<Answer>(work: Promise<Answer>, limit: Milliseconds, otherwise: () => Answer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        try {
          resolve(otherwise())
        } catch (error) {
          reject(error)
        }
      },
      Math.min(limit, LONGEST_DELAY),
    )
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
