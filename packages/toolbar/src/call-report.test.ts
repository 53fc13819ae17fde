import { Cache, type Operation, operations } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { afterEach, expect, test, vi } from "vitest"
import { CallLog, logCalls } from "./call-log.js"
import { type CallReport, reportOf } from "./call-report.js"
import { ProducerCosts } from "./producer-costs.js"
import { askTimesLeft } from "./time-left.js"

afterEach(() => {
  vi.useRealTimers()
})

function cacheNamed(alias: string): Cache {
  return new Cache(new LocmemBackend(), { alias, timeout: 60 })
}

async function report(work: () => Promise<unknown>, most = 100, costs?: ProducerCosts): Promise<CallReport> {
  const log = new CallLog(most, costs)
  await logCalls(log, async (close) => {
    await work()
    close()
  })
  return reportOf(log, await askTimesLeft(log.calls.map(({ operation }) => operation)))
}

test("it lists each call with its result", async () => {
  const cache = cacheNamed("news")
  const { rows } = await report(async () => {
    await cache.set("a", "value", 300)
    await cache.get("a")
    await cache.get("b")
    await cache.getMany(["a", "b", "c"])
    await cache.set("ever", "value", null)
    await cache.has("ever")
    await cache.delete("ever")
    await cache.getMany([])
  })

  const size = expect.any(Number)
  expect(rows.map(({ operation, keys, outcome, found, bytes }) => [operation, keys, outcome, found, bytes])).toEqual([
    ["set", ["a"], "done", undefined, size],
    ["get", ["a"], "hit", undefined, size],
    ["get", ["b"], "miss", undefined, undefined],
    ["getMany", ["a", "b", "c"], "partial", 1, size],
    ["set", ["ever"], "done", undefined, size],
    ["has", ["ever"], "hit", undefined, size],
    ["delete", ["ever"], "done", undefined, undefined],
    ["getMany", [], "done", undefined, undefined],
  ])
  for (const { time, site } of rows) {
    expect(time).toBeGreaterThanOrEqual(0)
    expect(site).toMatch(/call-report\.test\.ts:\d+$/)
  }
})

test("the time left is the ttl of a write, or what the store reports for the entry found", async () => {
  const cache = cacheNamed("news")
  await cache.set("a", 1, 60)
  await cache.set("ever", 1, null)
  const { rows } = await report(async () => {
    await cache.get("a")
    await cache.get("ever")
    await cache.get("missing")
    await cache.getMany(["missing", "a"])
    await cache.set("b", 1, 30)
    await cache.getOrSet("c", () => 1, 20)
    await cache.getOrSet("a", () => 1, 20)
  })
  const left = rows.map((row) => row.left)

  for (const index of [0, 3, 6]) {
    expect(left[index]).toBeGreaterThan(50_000)
    expect(left[index]).toBeLessThanOrEqual(60_000)
  }
  expect(left[1]).toBeNull()
  expect(left[2]).toBeUndefined()
  expect(left.slice(4, 6)).toEqual([30_000, 20_000])
})

test("a getOrSet is one call with parts, and its time excludes the producer", async () => {
  vi.useFakeTimers({ toFake: ["performance"] })
  const cache = cacheNamed("news")
  const { rows, total } = await report(async () => {
    const slow = async () => {
      await Promise.resolve()
      vi.advanceTimersByTime(40)
      return "value"
    }
    await Promise.all([cache.getOrSet("a", slow), cache.getOrSet("a", slow)])
    await cache.getOrSet("a", slow)
  })

  expect(rows.map(({ outcome }) => outcome)).toEqual(["miss", "shared", "hit"])
  expect(rows[0]?.parts.map(({ operation }) => operation)).toEqual(["get", "add"])
  expect(rows[0]).toMatchObject({ producer: 40, time: 0 })
  expect(total).toMatchObject({ calls: 3, hits: 1, misses: 2 })
})

test("a hit saves the cost of its producer, if it is known", async () => {
  vi.useFakeTimers({ toFake: ["performance"] })
  const cache = cacheNamed("news")
  const costs = new ProducerCosts()
  const slow = () => {
    vi.advanceTimersByTime(40)
    return "value"
  }
  const visit = async () => {
    await cache.getOrSet("a", slow)
    await cache.get("a")
    await cache.getMany(["a", "missing"])
  }
  await cache.set("unknown", 1)
  const first = await report(visit, 10, costs)
  const second = await report(
    async () => {
      await visit()
      await cache.get("unknown")
    },
    10,
    costs,
  )

  expect(first.rows.map(({ saved }) => saved)).toEqual([undefined, 40, 40])
  expect(second.rows.map(({ saved }) => saved)).toEqual([40, 40, 40, undefined])
  expect([first.saved, second.saved]).toEqual([80, 120])
})

test("producer costs of the oldest entries are dropped", async () => {
  const cache = cacheNamed("news")
  const costs = new ProducerCosts(2)
  const { rows } = await report(
    async () => {
      for (const key of ["a", "b", "c"]) await cache.getOrSet(key, () => 1)
      for (const key of ["a", "b", "c"]) await cache.get(key)
    },
    10,
    costs,
  )

  expect(rows.slice(3).map(({ saved }) => saved !== undefined)).toEqual([false, true, true])
})

test("stale values and errors are reported", async () => {
  vi.useFakeTimers({ toFake: ["Date"] })
  const cache = cacheNamed("news")
  const refused = new Error("refused")
  const { rows, total } = await report(async () => {
    await cache.getOrSet("a", () => 1, { timeout: 10, staleFor: 60 })
    vi.setSystemTime(Date.now() + 20_000)
    await cache.getOrSet("a", () => 1, { timeout: 60, staleFor: 60 })
    await cache
      .getOrSet("b", () => {
        throw refused
      })
      .catch(() => undefined)
  })

  expect(rows.map(({ operation, outcome, error }) => [operation, outcome, error])).toEqual([
    ["getOrSet", "miss", undefined],
    ["getOrSet", "stale", undefined],
    ["refresh", "done", undefined],
    ["getOrSet", "error", "refused"],
  ])
  expect(total.errors).toBe(1)
})

test("repeated reads are counted per entry, namespace and version", async () => {
  const cache = cacheNamed("news")
  const other = cacheNamed("texts")
  const { rows, repeated } = await report(async () => {
    await cache.get("a")
    await cache.get("a", { version: 2 })
    await cache.namespace("n").get("a")
    await other.get("a")
    await cache.set("a", 1)
    await cache.getMany(["b", "a"])
    await cache.has("a")
  })

  expect(rows.map(({ operation, repeats }) => [operation, repeats])).toEqual([
    ["get", 0],
    ["get", 0],
    ["get", 0],
    ["get", 0],
    ["set", 0],
    ["getMany", 1],
    ["has", 2],
  ])
  expect(repeated).toBe(2)
})

test("single calls at one call site for different keys give a batch hint", async () => {
  const cache = cacheNamed("news")
  const pages = cache.withLayer("page")
  const { hints } = await report(async () => {
    for (const key of ["a", "b", "c"]) await cache.get(key)
    for (const key of ["a", "b"]) await cache.get(key)
    for (const key of ["a", "a", "a"]) await cache.get(key)
    for (const key of ["a", "b", "c"]) await pages.get(key)
    await Promise.all(["a", "b", "c", "d"].map((key) => cache.getOrSet(key, () => 1)))
    for (const key of ["a", "b", "c"]) await cache.incr(key)
  })

  expect(hints).toEqual([
    { operation: "get", batched: "getMany", alias: "news", count: 3, site: expect.stringMatching(/call-report/) },
    {
      operation: "getOrSet",
      batched: "getOrSetMany",
      alias: "news",
      count: 4,
      site: expect.stringMatching(/call-report/),
    },
  ])
})

test("there are totals per cache and overall", async () => {
  const news = cacheNamed("news")
  const texts = cacheNamed("texts")
  const { byAlias, total } = await report(async () => {
    await news.set("a", 1)
    await news.getMany(["a", "b", "c"])
    await texts.get("a")
  })

  expect(byAlias.map(([alias, { backend, calls, hits, misses }]) => ({ alias, backend, calls, hits, misses }))).toEqual(
    [
      { alias: "news", backend: "locmem", calls: 2, hits: 1, misses: 2 },
      { alias: "texts", backend: "locmem", calls: 1, hits: 0, misses: 1 },
    ],
  )
  expect(total).toMatchObject({ calls: 3, hits: 1, misses: 3, errors: 0 })
})

test("only the first calls are listed, but all are counted", async () => {
  const cache = cacheNamed("news")
  const { rows, unlisted, total } = await report(async () => {
    for (let index = 0; index < 30; index++) await cache.getOrSet(`k${index}`, () => 1)
  }, 10)

  expect(rows).toHaveLength(10)
  expect(unlisted).toBe(20)
  expect(total).toMatchObject({ calls: 30, misses: 30 })
  expect(rows.at(-1)?.keys).toEqual(["k9"])
})

test("a call that has not ended is running", async () => {
  const cache = cacheNamed("news")
  let finish = (_value: string): void => undefined
  const value = new Promise<string>((resolve) => {
    finish = resolve
  })
  const log = new CallLog(10)
  const close = logCalls(log, (end) => {
    void cache.getOrSet("a", () => value)
    return end
  })
  const [row] = reportOf(log, new Map()).rows
  close()
  finish("value")

  expect(row).toMatchObject({ outcome: "running", time: undefined })
  expect(operations.hasSubscribers).toBe(false)
})

test("a store that does not report the time left does not delay the page", async () => {
  const reads = [
    { operation: "get", alias: "slow", backend: "slow", keys: ["a"], hits: [true], finalKeys: ["a"] },
  ] as const
  let questions = 0
  const stuck: Operation[] = reads.map((read) => ({
    ...read,
    timeLeft: () => {
      questions++
      return new Promise(() => {})
    },
  }))
  const times = await askTimesLeft([...stuck, ...stuck], 1)

  expect([...times]).toEqual([])
  expect(questions).toBe(1)
})
