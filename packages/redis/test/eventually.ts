import { setTimeout as sleep } from "node:timers/promises"

/** What `attempt` answers once it no longer rejects. Rejects as it does when that takes longer than the limit. */
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
