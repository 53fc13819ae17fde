import { setTimeout as sleep } from "node:timers/promises"

/** Repeats `attempt` until it no longer rejects, and returns its result. Rejects with its error after the limit. */
export async function eventually<Answer>(attempt: () => Promise<Answer>, limit = 10_000): Promise<Answer> {
  const end = performance.now() + limit
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > end) throw error
      await sleep(20)
    }
  }
}
