import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import { describe, expect, it, onTestFinished } from "vitest"
import { countBenchEntries } from "./bench-entries.js"
import { larderIn, packageFolder } from "./run-larder.js"

describe("larder bench on servers", () => {
  it("measures a Redis, and leaves no entry behind", async () => {
    const url = addressOf("REDIS_URL")
    const backend = new RedisBackend({ url })
    onTestFinished(() => backend.close())
    // Of a run that was killed.
    await backend.clear(":1:larder-bench-")
    const { code, out, error } = await larderIn(packageFolder, ["bench", "--url", url, "--seconds", "0.5", "--json"])
    expect({ code, error }).toEqual({ code: 0, error: [] })
    expect(JSON.parse(out.join())).toMatchObject({ cache: url, backend: "redis", results: { length: 18 } })
    expect(await countBenchEntries(backend)).toBe(0)
  })

  it("measures a Memcached", async () => {
    const [url = ""] = addressOf("MEMCACHED_URLS").split(",")
    const { code, out } = await larderIn(packageFolder, ["bench", "--url", url, "--seconds", "0.5"])
    expect(code).toBe(0)
    expect(out[0]).toBe(`${url}: memcached, 0.5 s`)
  })
})
