import { Cache, createCaches, DummyBackend } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it, onTestFinished } from "vitest"
import { BytesBackend } from "./bytes-backend.js"
import { monitored } from "./scrape.js"

const metricNames = ["up", "entries", "size_bytes", "hits_total", "misses_total", "evictions_total"]

describe("metrics of stores", () => {
  it("are those that the store knows; others are absent", async () => {
    const local = new Cache(new LocmemBackend({ maxEntries: 2 }), { alias: "local" })
    const backend = new BytesBackend()
    const bytes = new Cache(backend, { alias: "bytes" })
    const { scrape } = await monitored({ caches: [local, bytes] })
    for (const key of ["a", "b", "c"]) await local.set(key, 1)
    await local.get("c")
    await bytes.set("k", 1)
    const metrics = await scrape()
    const of = (alias: string): Record<string, number | undefined> =>
      Object.fromEntries(metricNames.map((name) => [name, metrics.sum(`larder_store_${name}`, { alias })]))
    expect(of("local")).toEqual({
      up: 1,
      entries: 2,
      size_bytes: expect.any(Number),
      hits_total: 1,
      misses_total: expect.any(Number),
      evictions_total: 1,
    })
    expect(of("bytes")).toEqual({
      up: 1,
      entries: 1,
      size_bytes: undefined,
      hits_total: undefined,
      misses_total: undefined,
      evictions_total: undefined,
    })
    expect(metrics.types.get("larder_store_evictions_total")).toBe("counter")
    expect(metrics.types.get("larder_store_entries")).toBe("gauge")
  })

  it("include all caches of createCaches that can be built", async () => {
    const caches = createCaches({
      default: { backend: () => new LocmemBackend() },
      none: { backend: () => new DummyBackend() },
      broken: {
        backend: () => {
          throw new Error("no such module")
        },
      },
    })
    onTestFinished(() => caches.close())
    const { scrape } = await monitored({ caches })
    expect((await scrape()).by("alias", "larder_store_up")).toEqual({ default: 1 })
    await caches.close()
    expect((await scrape()).by("alias", "larder_store_up")).toEqual({})
  })

  it("are queried once for concurrent scrapes, and again for later ones", async () => {
    const backend = new BytesBackend()
    let respond: (() => void) | undefined
    const response = new Promise<void>((resolve) => {
      respond = resolve
    })
    backend.report = () => response.then(() => ({ entries: 7 }))
    const { scrape } = await monitored({ caches: [new Cache(backend)], statsTimeout: "1m" })
    const scrapes = Promise.all([scrape(), scrape(), scrape()])
    await expect.poll(() => backend.statsCalls).toBe(1)
    respond?.()
    for (const metrics of await scrapes) expect(metrics.sum("larder_store_entries")).toBe(7)
    const before = backend.statsCalls
    await scrape()
    expect(backend.statsCalls).toBe(before + 1)
  })

  it("of a store that hangs are absent after the timeout, and it is not queried again meanwhile", async () => {
    const hanging = new BytesBackend()
    hanging.report = () => new Promise(() => undefined)
    const failing = new BytesBackend()
    failing.report = () => Promise.reject(new Error("refused"))
    const fine = new BytesBackend()
    const caches = [
      new Cache(hanging, { alias: "hanging", operationTimeout: null }),
      new Cache(failing, { alias: "failing" }),
      new Cache(fine, { alias: "fine" }),
    ]
    const { scrape } = await monitored({ caches, statsTimeout: "50ms" })
    await caches[2]?.set("k", 1)
    for (const _ of [1, 2]) {
      const metrics = await scrape()
      expect(metrics.by("alias", "larder_store_up")).toEqual({ hanging: 0, failing: 0, fine: 1 })
      expect(metrics.by("alias", "larder_store_entries")).toEqual({ fine: 1 })
    }
    expect(hanging.statsCalls).toBe(1)
  })

  it("that are not numbers are absent", async () => {
    const backend = new BytesBackend()
    backend.report = async () => ({ entries: Number.NaN, bytes: 5 })
    const { scrape } = await monitored({ caches: [new Cache(backend)] })
    const metrics = await scrape()
    expect(metrics.sum("larder_store_entries")).toBeUndefined()
    expect(metrics.sum("larder_store_size_bytes")).toBe(5)
  })
})
