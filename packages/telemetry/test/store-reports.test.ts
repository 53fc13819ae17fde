import { Cache, createCaches, DummyBackend } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it, onTestFinished } from "vitest"
import { BytesBackend } from "./bytes-backend.js"
import { monitored } from "./scrape.js"

const figures = ["up", "entries", "size_bytes", "hits_total", "misses_total", "evictions_total"]

describe("figures of the stores", () => {
  it("are those that a store has; what it does not know is absent", async () => {
    const local = new Cache(new LocmemBackend({ maxEntries: 2 }), { alias: "local" })
    const backend = new BytesBackend()
    const bytes = new Cache(backend, { alias: "bytes" })
    const { scrape } = await monitored({ caches: [local, bytes] })
    for (const key of ["a", "b", "c"]) await local.set(key, 1)
    await local.get("c")
    await bytes.set("k", 1)
    const metrics = await scrape()
    const of = (alias: string): Record<string, number | undefined> =>
      Object.fromEntries(figures.map((figure) => [figure, metrics.sum(`larder_store_${figure}`, { alias })]))
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

  it("come from all caches of createCaches", async () => {
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

  it("are asked for once by scrapes at one time, and by later ones again", async () => {
    const backend = new BytesBackend()
    let answer: (() => void) | undefined
    const answering = new Promise<void>((resolve) => {
      answer = resolve
    })
    backend.report = () => answering.then(() => ({ entries: 7 }))
    const { scrape } = await monitored({ caches: [new Cache(backend)], statsTimeout: "1m" })
    const scrapes = Promise.all([scrape(), scrape(), scrape()])
    await expect.poll(() => backend.asked).toBe(1)
    answer?.()
    for (const metrics of await scrapes) expect(metrics.sum("larder_store_entries")).toBe(7)
    const asked = backend.asked
    await scrape()
    expect(backend.asked).toBe(asked + 1)
  })

  it("of a store that hangs are absent after the deadline, and it is not asked again meanwhile", async () => {
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
    expect(hanging.asked).toBe(1)
  })

  it("that are no numbers are absent", async () => {
    const backend = new BytesBackend()
    backend.report = async () => ({ entries: Number.NaN, bytes: 5 })
    const { scrape } = await monitored({ caches: [new Cache(backend)] })
    const metrics = await scrape()
    expect(metrics.sum("larder_store_entries")).toBeUndefined()
    expect(metrics.sum("larder_store_size_bytes")).toBe(5)
  })
})
