import type { Operation } from "@larder/core"
import { CallLog, logCalls } from "./call-log.js"

/** Runs `work` and returns its result with every cache call that it made: for tests of how many calls a page needs. */
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
