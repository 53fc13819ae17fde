import { deserialize, serialize } from "node:v8"
import { Cache, DummyBackend } from "@larder/core"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { FailingBackend, refusal } from "../../test/failing-backend.js"
import { StoreReporter } from "./store-reports.js"

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Without `operationTimeout`, so that only the limits of the reporter apply. */
function reported(): { backend: FailingBackend; reporter: StoreReporter } {
  const backend = new FailingBackend()
  const cache = new Cache(backend, { alias: "news", operationTimeout: null })
  return { backend, reporter: new StoreReporter(() => cache) }
}

/** Starts another query, whose report the next view has. */
async function queryAgain(reporter: StoreReporter): Promise<void> {
  vi.advanceTimersByTime(5_000)
  await reporter.view()
  await vi.advanceTimersByTimeAsync(0)
}

test("a report has the figures and the location of the store", async () => {
  const { reporter } = reported()

  expect(await reporter.view()).toEqual({
    backend: "flaky",
    location: "flaky://store",
    report: { state: "available", at: new Date().toISOString(), stats: { entries: 0 } },
  })
})

test("figures that are no numbers are left out", async () => {
  const { backend, reporter } = reported()
  vi.spyOn(backend, "stats").mockResolvedValue(deserialize(serialize({ entries: 2, bytes: 4_096n, hits: "7" })))

  expect((await reporter.view()).report).toEqual({
    state: "available",
    at: new Date().toISOString(),
    stats: { entries: 2 },
  })
})

test("a store is queried only when viewed, and once in five seconds for all viewers", async () => {
  const { backend, reporter } = reported()
  vi.advanceTimersByTime(60_000)
  expect(backend.statsCalls).toBe(0)
  await Promise.all(Array.from({ length: 100 }, () => reporter.view()))
  vi.advanceTimersByTime(4_999)
  await reporter.view()
  expect(backend.statsCalls).toBe(1)
  vi.advanceTimersByTime(1)
  await reporter.view()
  expect(backend.statsCalls).toBe(2)
  vi.advanceTimersByTime(60_000)
  expect(backend.statsCalls).toBe(2)
})

test("a failed query is reported, and repeated later", async () => {
  const { backend, reporter } = reported()
  backend.failure = refusal()
  const { report } = await reporter.view()
  expect(report).toMatchObject({ state: "failed", error: expect.stringContaining("connect ECONNREFUSED") })
  backend.failure = undefined
  await queryAgain(reporter)
  expect((await reporter.view()).report.state).toBe("available")
})

test("a view waits at most a second for a hanging store, which is not queried again meanwhile", async () => {
  const { backend, reporter } = reported()
  let respond = (): void => undefined
  backend.statsGate = new Promise<void>((resolve) => {
    respond = resolve
  })
  const first = reporter.view()
  await vi.advanceTimersByTimeAsync(999)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect((await first).report).toEqual({ state: "pending" })

  // From now on, the query is overdue, and views do not wait.
  await vi.advanceTimersByTimeAsync(4_000)
  expect((await reporter.view()).report).toMatchObject({ state: "failed", error: "no response within 5 s" })
  await vi.advanceTimersByTimeAsync(600_000)
  expect((await reporter.view()).report).toMatchObject({ state: "failed" })
  expect(backend.statsCalls).toBe(1)
  expect(vi.getTimerCount()).toBe(0)

  respond()
  await vi.advanceTimersByTimeAsync(0)
  await reporter.view()
  await vi.advanceTimersByTimeAsync(0)
  expect((await reporter.view()).report.state).toBe("available")
  expect(backend.statsCalls).toBe(2)
})

test("a view does not wait while there is a recent report", async () => {
  const { backend, reporter } = reported()
  await reporter.view()
  backend.statsGate = new Promise(() => undefined)
  vi.advanceTimersByTime(5_000)

  expect((await reporter.view()).report.state).toBe("available")
  expect(backend.statsCalls).toBe(2)
})

test("a store without figures is unsupported", async () => {
  const cache = new Cache(new DummyBackend())

  expect((await new StoreReporter(() => cache).view()).report).toEqual({ state: "unsupported" })
})

test("a cache that cannot be built is reported as failed, and built again later", async () => {
  const cache = new Cache(new FailingBackend())
  let isBroken = true
  const reporter = new StoreReporter(() => {
    if (isBroken) throw new Error("no such database")
    return cache
  })
  expect(await reporter.view()).toEqual({
    report: { state: "failed", at: new Date().toISOString(), error: "no such database" },
  })
  isBroken = false
  await queryAgain(reporter)
  expect((await reporter.view()).report.state).toBe("available")
})
