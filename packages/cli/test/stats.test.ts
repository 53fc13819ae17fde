import { join } from "node:path"
import { addressOf } from "@larder/services/address"
import { describe, expect, it } from "vitest"
import { larderIn, packageFolder } from "./run-larder.js"

const fixture = join(packageFolder, "test/fixtures/servers.config.mjs")

describe("larder stats on servers", () => {
  it("prints their statistics, and which does not answer", async () => {
    addressOf("REDIS_URL")
    addressOf("MEMCACHED_URLS")
    const { code, out, error } = await larderIn(packageFolder, [
      "stats",
      "--config",
      fixture,
      "default",
      "memcached",
      "dead",
    ])
    expect(code).toBe(1)
    expect(out).toEqual([
      expect.stringMatching(/^cache +backend +entries +bytes +hits +misses +hit rate +evictions$/),
      expect.stringMatching(/^default +redis +[\d,]+ +[\d.]+ MiB +[\d,.M]+ +[\d,.M]+ +(-|[\d.]+ %) +[\d,]+$/),
      expect.stringMatching(/^memcached +memcached +[\d,]+ +[\d.]+ \w+ +[\d,.M]+ +[\d,.M]+ +(-|[\d.]+ %) +[\d,]+$/),
    ])
    expect(error).toEqual([expect.stringMatching(/^dead: .*ECONNREFUSED/)])
  })
})
