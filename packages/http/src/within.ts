import type { Milliseconds } from "@larder/core"

/** The result, or `undefined` after a timeout. Does not cancel the work. */
export async function within<Result>(work: Promise<Result>, limit: Milliseconds): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limit, undefined)
    timer.unref()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
