import KeyvRedis from "@keyv/redis"
import { testBackend, testCache } from "@larder/conformance/vitest"
import { addressOf } from "@larder/services/address"
import { KeyvMemoryAdapter } from "keyv-6"
import { type KeyvAdapter, KeyvBackend } from "../src/index.js"

/** Adapters in this process, of either version. */
const adapters: Readonly<Record<string, KeyvAdapter>> = {
  "a Map": new Map<string, unknown>(),
  "an adapter of Keyv 6": new KeyvMemoryAdapter(new Map()),
}

for (const [name, adapter] of Object.entries(adapters)) {
  // The clock goes ahead of that of the machine, and on with it: one that stood still would fall behind the adapter's own.
  let ahead = 0
  const harness = {
    create: () => new KeyvBackend(adapter, { now: () => Date.now() + ahead }),
    advance: (milliseconds: number) => {
      ahead += milliseconds
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
