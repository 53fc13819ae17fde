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

/** `operationTimeout` does not end its calls: those are the reporter's to end. */
function reported(): { backend: FailingBackend; reporter: StoreReporter } {
  const backend = new FailingBackend()
  const cache = new Cache(backend, { alias: "news", operationTimeout: null })
  return { backend, reporter: new StoreReporter(() => cache) }
}

/** The answer comes after whoever asked again was shown the last one. */
async function askAgain(reporter: StoreReporter): Promise<void> {
  vi.advanceTimersByTime(5_000)
  await reporter.view()
  await vi.advanceTimersByTimeAsync(0)
}

test("a store says what it knows, and which one it is", async () => {
  const { reporter } = reported()

  expect(await reporter.view()).toEqual({
    backend: "flaky",
    location: "flaky://store",
    report: { state: "reports", at: new Date().toISOString(), stats: { entries: 0 } },
  })
})

test("nobody asks until somebody looks, and then once in five seconds for all", async () => {
  const { backend, reporter } = reported()
  vi.advanceTimersByTime(60_000)
  expect(backend.asked).toBe(0)
  await Promise.all(Array.from({ length: 100 }, () => reporter.view()))
  vi.advanceTimersByTime(4_999)
  await reporter.view()
  expect(backend.asked).toBe(1)
  vi.advanceTimersByTime(1)
  await reporter.view()
  expect(backend.asked).toBe(2)
  vi.advanceTimersByTime(60_000)
  expect(backend.asked).toBe(2)
})

test("a store that fails says how, and is asked again", async () => {
  const { backend, reporter } = reported()
  backend.failure = refusal()
  const { report } = await reporter.view()
  expect(report).toMatchObject({ state: "fails", error: expect.stringContaining("connect ECONNREFUSED") })
  backend.failure = undefined
  await askAgain(reporter)
  expect((await reporter.view()).report.state).toBe("reports")
})

test("who looks waits a second for a store that does not answer, and no question follows while one is open", async () => {
  const { backend, reporter } = reported()
  let answer = (): void => undefined
  backend.answering = new Promise<void>((resolve) => {
    answer = resolve
  })
  const first = reporter.view()
  await vi.advanceTimersByTimeAsync(999)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect((await first).report).toEqual({ state: "asked" })

  // From here on, it is known to be slow: nobody waits.
  await vi.advanceTimersByTimeAsync(4_000)
  expect((await reporter.view()).report).toMatchObject({ state: "fails", error: "no answer within 5 s" })
  await vi.advanceTimersByTimeAsync(600_000)
  expect((await reporter.view()).report).toMatchObject({ state: "fails" })
  expect(backend.asked).toBe(1)
  expect(vi.getTimerCount()).toBe(0)

  answer()
  await vi.advanceTimersByTimeAsync(0)
  await reporter.view()
  await vi.advanceTimersByTimeAsync(0)
  expect((await reporter.view()).report.state).toBe("reports")
  expect(backend.asked).toBe(2)
})

test("who looks does not wait while there is something recent to show", async () => {
  const { backend, reporter } = reported()
  await reporter.view()
  backend.answering = new Promise(() => undefined)
  vi.advanceTimersByTime(5_000)

  expect((await reporter.view()).report.state).toBe("reports")
  expect(backend.asked).toBe(2)
})

test("a store without figures says nothing", async () => {
  const cache = new Cache(new DummyBackend())

  expect((await new StoreReporter(() => cache).view()).report).toEqual({ state: "silent" })
})

test("a cache that cannot be built is a failure, and is tried again", async () => {
  const cache = new Cache(new FailingBackend())
  let isBroken = true
  const reporter = new StoreReporter(() => {
    if (isBroken) throw new Error("no such database")
    return cache
  })
  expect(await reporter.view()).toEqual({
    report: { state: "fails", at: new Date().toISOString(), error: "no such database" },
  })
  isBroken = false
  await askAgain(reporter)
  expect((await reporter.view()).report.state).toBe("reports")
})
