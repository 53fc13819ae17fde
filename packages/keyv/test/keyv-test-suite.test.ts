import { keyvIteratorTests, default as keyvTestSuite } from "@keyv/test-suite"
import { Cache } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import { Keyv } from "keyv"
import * as vitest from "vitest"
import { KeyvStore } from "../src/index.js"

const store = new LocmemStore()
const prefix = `keyv-suite-${process.pid}`
const caches = {
  locmem: new Cache(new LocmemBackend({ store }), { keyPrefix: prefix, onError: "throw" }),
  redis: new Cache(new RedisBackend({ url: addressOf("REDIS_URL") }), { keyPrefix: prefix, onError: "throw" }),
}

for (const [name, cache] of Object.entries(caches)) {
  vitest.describe(`Keyv on a KeyvStore over ${name}`, () => {
    keyvTestSuite(vitest, Keyv, () => new KeyvStore(cache))
    keyvIteratorTests(vitest, Keyv, () => new KeyvStore(cache))

    vitest.afterAll(async () => {
      await cache.clear()
      await cache.close()
    })
  })
}
