import KeyvRedis from "@keyv/redis"
import { testBackend, testCache } from "@larder/conformance/vitest"
import { addressOf } from "@larder/services/address"
import { KeyvMemoryAdapter } from "keyv-6"
import { type KeyvAdapter, KeyvBackend } from "../src/index.js"

/** Adapters in this process, of either version, under a clock that the suite moves. */
const adapters: Readonly<Record<string, KeyvAdapter>> = {
  "a Map": new Map<string, unknown>(),
  "an adapter of Keyv 6": new KeyvMemoryAdapter(new Map()),
}

for (const [name, adapter] of Object.entries(adapters)) {
  let now = Date.now()
  const harness = {
    create: () => new KeyvBackend(adapter, { now: () => now }),
    advance: (milliseconds: number) => {
      now += milliseconds
    },
  }
  testBackend(`keyv, ${name}`, harness)
  testCache(`keyv, ${name}`, harness)
}

const url = addressOf("REDIS_URL")
const redis = {
  create: () => new KeyvBackend(() => new KeyvRedis(url, { throwOnErrors: true }), { persistent: true }),
  child: { module: new URL("conformance-child.mjs", import.meta.url), data: url },
}

testBackend("keyv, @keyv/redis", redis)
testCache("keyv, @keyv/redis", redis)
