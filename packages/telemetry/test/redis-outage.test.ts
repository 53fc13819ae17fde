import { randomUUID } from "node:crypto"
import { FaultProxy } from "@larder/conformance"
import { Cache } from "@larder/core"
import { RedisBackend } from "@larder/redis"
import { beforeEach, expect, it, onTestFinished, vi } from "vitest"
import { redisUrl } from "./redis-url.js"
import { monitored } from "./scrape.js"
import { traced } from "./traced.js"

beforeEach(() => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
  return () => vi.restoreAllMocks()
})

it("shows Redis working, down and recovered", async () => {
  const { hostname, port } = new URL(redisUrl)
  const proxy = new FaultProxy({ host: hostname, port: Number(port) })
  const address = await proxy.listen()
  const backend = new RedisBackend({ url: `redis://${address.host}:${address.port}` })
  const cache = new Cache(backend, { alias: "shared", keyPrefix: randomUUID(), operationTimeout: "500ms" })
  onTestFinished(async () => {
    await proxy.heal()
    await cache.clear()
    await cache.close()
    await proxy.close()
  })
  const { scrape } = await monitored({ caches: [cache] })
  const { inRequest, spans, tree } = traced()

  const request = await inRequest(() => cache.getOrSet("k", () => "value"))
  await cache.get("k")
  expect(tree(request)).toEqual({ "larder.getOrSet": { "larder.get": {}, "larder.add": {} } })
  let metrics = await scrape()
  const where = { alias: "shared", backend: "redis" }
  expect(metrics.by("result", "larder_lookups_total", where)).toEqual({ miss: 1, hit: 1 })
  expect(metrics.sum("larder_store_up", where)).toBe(1)
  expect(metrics.sum("larder_store_size_bytes", where)).toBeGreaterThan(0)
  expect(metrics.sum("larder_errors_total")).toBeUndefined()

  await proxy.inflict({ kind: "refuse" })
  await inRequest(async () => {
    expect(await cache.get("k")).toBeUndefined()
    expect(await cache.getOrSet("k", () => "computed")).toBe("computed")
    await expect(cache.incr("visits")).rejects.toThrow("incr")
  })
  metrics = await scrape()
  expect(metrics.sum("larder_store_up", where)).toBe(0)
  expect(metrics.sum("larder_store_size_bytes", where)).toBeUndefined()
  expect(metrics.sum("larder_errors_total", { ...where, operation: "get", error_type: "LARDER_BACKEND" })).toBe(2)
  expect(metrics.sum("larder_errors_total", { ...where, operation: "incr", error_type: "LARDER_BACKEND" })).toBe(1)
  expect(metrics.by("result", "larder_lookups_total", where)).toEqual({ miss: 2, hit: 1, error: 1 })
  expect(spans().find(({ name }) => name === "larder.incr")?.attributes["error.type"]).toBe("LARDER_BACKEND")

  await proxy.heal()
  await expect.poll(async () => (await scrape()).sum("larder_store_up", where)).toBe(1)
})
