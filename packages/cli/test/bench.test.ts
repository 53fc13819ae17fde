import { MemcachedBackend } from "@larder/memcached"
import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import { describe, expect, it } from "vitest"
import { BenchEntries } from "./bench-entries.js"
import { larder } from "./run-larder.js"

const briefly = ["--seconds", "0.5"]
// The machine may be busy with other tests.
const operationTimeout = "10s"

describe("larder bench on servers", () => {
  it("measures Redis, and leaves no entry behind", async () => {
    const keyPrefix = "larder-cli-bench"
    const entries = new BenchEntries(keyPrefix)
    await entries.remove()
    const url = addressOf("REDIS_URL")
    const settings = { default: { backend: () => new RedisBackend({ url }), keyPrefix, operationTimeout } } as const
    const { code, out, error } = await larder(settings, ["bench", ...briefly, "--json"])
    expect({ code, error }).toEqual({ code: 0, error: [] })
    expect(JSON.parse(out.join())).toMatchObject({ cache: "default", backend: "redis", results: { length: 18 } })
    expect(await entries.count()).toBe(0)
  })

  it("measures Memcached", async () => {
    const servers = addressOf("MEMCACHED_URLS")
      .split(",")
      .map((url) => new URL(url).host)
    const backend = () => new MemcachedBackend({ servers, requestTimeout: 10_000 })
    const { code, out, error } = await larder({ default: { backend, operationTimeout } }, ["bench", ...briefly])
    expect({ code, error }).toEqual({ code: 0, error: [] })
    expect(out[0]).toBe("default: memcached, 0.5 s")
  })
})
