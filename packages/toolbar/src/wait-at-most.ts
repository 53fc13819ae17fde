import type { Milliseconds } from "@larder/core"

/** Resolves when `work` settles, or after `limit` if that is earlier. Rejects if `work` rejects within the limit. */
export async function waitAtMost(limit: Milliseconds, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit)
  })
  try {
    await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
