import { randomUUID } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Cache } from "@larder/core"
import { PageCache } from "@larder/http"
import { cachedBy } from "@larder/http/node"
import { LocmemBackend } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { AggregationTemporality, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics"
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base"
import { beforeEach, expect, it, onTestFinished, vi } from "vitest"
import { openTelemetryMetrics } from "../src/opentelemetry.js"
import { BytesBackend } from "./bytes-backend.js"
import { redisUrl } from "./redis-url.js"
import { monitored } from "./scrape.js"
import { traced } from "./traced.js"

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** Both parts of it are found in the output, however they are escaped. */
const secret = "zelda@example.com"
const hostileKey = `user:${secret}"}\n# TYPE x counter\nx{a="`
const password = "p4ssw0rd"

beforeEach(() => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
  return () => vi.restoreAllMocks()
})

/** Calls all methods of a cache, mostly failing, with the secret in keys, tags, names, values and errors. */
async function useEverything(cache: Cache): Promise<void> {
  const failing = (): Promise<never> => Promise.reject(Object.assign(new Error(secret), { name: secret, code: secret }))
  await Promise.allSettled([
    cache.set(hostileKey, secret, { tags: [secret] }),
    cache.set(hostileKey, () => secret),
    cache.add(hostileKey, secret),
    cache.get(hostileKey),
    cache.getMany([hostileKey, secret]),
    cache.setMany({ [hostileKey]: 1 }),
    cache.getOrSet(hostileKey, () => secret),
    cache.getOrSet(`${hostileKey}:failing`, failing),
    cache.getOrSetMany([hostileKey, secret], failing),
    cache.getOrSet(`${hostileKey}:slow`, () => new Promise(() => undefined), { timeoutHard: "5ms" }),
    cache.incr(hostileKey),
    cache.incrVersion(hostileKey),
    cache.touch(hostileKey, 5),
    cache.ttl(hostileKey),
    cache.has(hostileKey),
    cache.lock(hostileKey, { wait: 0 }),
    cache.invalidateTags([secret]),
    cache.namespace(secret).get(hostileKey),
    cache.delete(hostileKey),
    cache.deleteMany([hostileKey]),
    cache.stats(),
    cache.ping(),
    (async () => {
      for await (const _ of cache.keys(secret));
    })(),
    cache.clear(),
  ])
}

const readable = ({ name, attributes, events, status, links }: ReadableSpan): unknown => [
  name,
  attributes,
  events.map((event) => [event.name, event.attributes]),
  status,
  links,
]

it("exports no keys, tags, values, messages or passwords", async () => {
  const unreadable = new BytesBackend()
  unreadable.get = async () => Buffer.from(`{${secret}`)
  const refusing = new BytesBackend()
  refusing.failure = new Error(`refused ${secret} by redis://user:${password}@host`)
  refusing.report = () => Promise.reject(refusing.failure)
  const caches = [
    new Cache(new LocmemBackend()),
    new Cache(unreadable, { alias: "unreadable" }),
    new Cache(refusing, { alias: "refusing", onError: "throw" }),
    new Cache(new RedisBackend({ url: redisUrl }), { alias: "live", keyPrefix: randomUUID() }),
    // The discard port, where nothing listens.
    new Cache(new RedisBackend({ url: `redis://user:${password}@127.0.0.1:9` }), { alias: "dead", keyPrefix: secret }),
  ]
  const { text } = await monitored({ caches })
  const { inRequest, spans } = traced()
  const reader = new Reader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const stop = openTelemetryMetrics({ meterProvider, caches })
  const pages = new PageCache({ cache: caches[0] as Cache, timeout: "5m", keyPrefix: secret })
  const server = createServer(cachedBy(pages)((_, response) => void response.end(secret)))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(async () => {
    stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await Promise.all([meterProvider.shutdown(), ...caches.map((cache) => cache.close())])
  })

  await inRequest(() => Promise.all(caches.map(useEverything)))
  const { port } = server.address() as AddressInfo
  for (const headers of [{}, { Cookie: secret }]) {
    const response = await fetch(`http://127.0.0.1:${port}/${secret}?${secret}=${secret}`, { headers })
    expect(await response.text()).toBe(secret)
  }
  await pages.settled()

  const scraped = await text()
  const exported = [scraped, JSON.stringify((await reader.collect()).resourceMetrics.scopeMetrics)]
  exported.push(JSON.stringify(spans().map(readable)))
  for (const output of exported) {
    expect(output).toContain("LARDER_BACKEND")
    expect(output).toContain("dead")
    for (const hidden of ["zelda", "example.com", password, "TYPE x"]) expect(output).not.toContain(hidden)
  }
  expect(scraped).toContain('larder_page_renders_total{stored="yes",reason=""} 1')
})
