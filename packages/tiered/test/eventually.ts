import { setTimeout as sleep } from "node:timers/promises"

/** Resolves when the condition has come true. Rejects when that takes longer than the limit, in milliseconds. */
export async function eventually(condition: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const end = performance.now() + limit
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`It has not come true within ${limit} ms: ${condition}`)
    await sleep(5)
  }
}
