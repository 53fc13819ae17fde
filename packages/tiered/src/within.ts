import type { Milliseconds } from "@larder/core"

/**
 * Settles like `answer`, or rejects after the limit. Its timer does not keep the process alive. After a computation that
 * blocks the process, timers come before answers that have long arrived, and before requests that are still to be sent:
 * there is half of the limit left for these.
 */
export async function within<Answer>(limit: Milliseconds, answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error(`There was no answer within ${limit} ms`))
    const waitOn = () => {
      timer = setTimeout(giveUp, limit / 2).unref()
    }
    timer = setTimeout(waitOn, limit / 2).unref()
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
