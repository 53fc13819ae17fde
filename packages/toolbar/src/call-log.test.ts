import { AsyncResource } from "node:async_hooks"
import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { expect, test } from "vitest"
import { CallLog, logCalls } from "./call-log.js"

test("a log takes no calls after its end, even of work that outlives it", async () => {
  const cache = new Cache(new LocmemBackend())
  const log = new CallLog(10)
  const { later, close } = logCalls(log, (end) => {
    return { later: AsyncResource.bind((key: string) => cache.get(key)), close: end }
  })
  await later("before the end")
  close()
  // Another request is being recorded, so the calls are traced.
  await logCalls(new CallLog(10), async (end) => {
    await later("after the end")
    end()
  })

  expect(log.calls.map(({ operation }) => operation.keys)).toEqual([["before the end"]])
  expect(log.callCount).toBe(1)
})
