import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { CachePanel, type PanelReport } from "./cache-panel.js"
import { type Caches, openCaches } from "./caches.js"
import { measured } from "./production.js"

describe("CachePanel", () => {
  let caches: Caches
  let panel: CachePanel

  beforeEach(async () => {
    caches = await openCaches()
    panel = new CachePanel()
    panel.start()
  })

  afterEach(async () => {
    panel.stop()
    await caches.close()
  })

  const visit = (handle: () => Promise<unknown>): Promise<PanelReport | undefined> =>
    panel.record(async () => {
      await handle()
      return panel.report()
    })
  const summary = (report: PanelReport | undefined) =>
    report?.rows.map(({ operation, keys, outcome }) => `${operation} ${keys.join(" ")} ${outcome}`)

  it("shows a computed value as a miss with its cost, and as a hit that saves it the next time", async () => {
    const page = () => caches.default.getOrSet("answer", () => busy(20))
    const first = await visit(page)
    const second = await visit(page)
    expect(summary(first)).toEqual(["getOrSet answer miss"])
    expect(summary(second)).toEqual(["getOrSet answer hit"])
    expect(first).toMatchObject({ reads: 1, hits: 0, saved: 0 })
    expect(second).toMatchObject({ reads: 1, hits: 1 })
    const cost = first?.rows[0]?.computed ?? 0
    expect(cost).toBeGreaterThanOrEqual(20)
    expect(second?.saved).toBeCloseTo(cost - (second?.rows[0]?.duration ?? 0))
  })

  it("shows what a batch found, and saves what was measured of it", async () => {
    const stored = await visit(async () => {
      const value = measured("default", "a", () => busy(10))
      await caches.default.setMany({ a: value })
    })
    const cost = stored?.rows[0]?.computed ?? 0
    const report = await visit(() => caches.default.getMany(["a", "b"]))
    expect(report?.rows).toMatchObject([{ operation: "getMany", keys: ["a", "b"], outcome: "partial", hits: 1 }])
    expect(cost).toBeGreaterThanOrEqual(10)
    expect(report?.saved).toBeCloseTo(cost - (report?.rows[0]?.duration ?? 0) / 2)
  })

  it("shows the measured cost of a batch that is stored", async () => {
    const report = await visit(async () => {
      await caches.default.setMany({ a: measured("default", "a", () => busy(5)) })
    })
    expect(report?.rows).toMatchObject([{ operation: "setMany", outcome: "write" }])
    expect(report?.rows[0]?.computed).toBeGreaterThanOrEqual(5)
  })

  it("claims no saving for a value that this process did not compute", async () => {
    await caches.default.set("given", 1)
    const report = await visit(() => caches.default.get("given"))
    expect(report).toMatchObject({ hits: 1, saved: 0 })
    expect(report?.rows[0]).not.toHaveProperty("saved")
  })

  it("keeps requests apart that are handled at the same time", async () => {
    const reports = await Promise.all(["a", "b"].map((key) => visit(() => caches.default.get(key))))
    expect(reports.map(summary)).toEqual([["get a miss"], ["get b miss"]])
  })

  it("shows who computed a value, and who waited for another to compute it", async () => {
    const page = () => caches.default.getOrSet("answer", () => busy(1))
    const reports = await Promise.all([visit(page), visit(page)])
    expect(reports.map(summary)).toEqual([["getOrSet answer miss"], ["getOrSet answer shared"]])
  })

  it("shows the first keys of many, and how many more there were", async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`)
    const report = await visit(() => caches.default.getMany(keys))
    expect(report?.rows).toMatchObject([{ keys: keys.slice(0, 4), more: 26, outcome: "miss", hits: 0 }])
  })

  it("shows a call that failed", async () => {
    await caches.counters.close()
    const report = await visit(() => caches.counters.incr("reads").catch(() => undefined))
    expect(summary(report)).toEqual(["incr reads error"])
  })

  it("has no report outside of a request", () => {
    expect(panel.report()).toBeUndefined()
  })

  it("sees nothing once it is stopped", async () => {
    panel.stop()
    expect(summary(await visit(() => caches.default.get("a")))).toEqual([])
  })
})

/** Works for so many milliseconds, as a producer does. */
function busy(milliseconds: number): number {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
  return milliseconds
}
