import type { Operation } from "@larder/core"
import { CallLog, logCalls } from "./call-log.js"

/** Runs `work` and resolves with its result and all cache calls that it made. For tests of how many calls a page makes. */
export async function recordCalls<Result>(
  work: () => Result | PromiseLike<Result>,
): Promise<{ readonly result: Result; readonly calls: readonly Operation[] }> {
  const log = new CallLog(Number.POSITIVE_INFINITY)
  return logCalls(log, async (close) => {
    try {
      return { result: await work(), calls: log.calls.map(({ operation }) => operation) }
    } finally {
      close()
    }
  })
}
