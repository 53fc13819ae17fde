import KeyvRedis from "@keyv/redis"
import { testBackend, testCache } from "@larder/conformance/vitest"
import { addressOf } from "@larder/services/address"
import { KeyvMemoryAdapter } from "keyv-6"
import { KeyvBackend } from "../src/index.js"

const map = new Map<string, unknown>()
let now = Date.now()
const inMap = {
  create: () => new KeyvBackend(map, { now: () => now }),
  advance: (milliseconds: number) => {
    now += milliseconds
  },
}

testBackend("keyv, a Map", inMap)
testCache("keyv, a Map", inMap)

/** It drops what is over by a clock of its own, which nobody moves. */
const adapter = new KeyvMemoryAdapter(new Map())
const inAdapter = { create: () => new KeyvBackend(adapter) }

testBackend("keyv, an adapter of Keyv 6", inAdapter)
testCache("keyv, an adapter of Keyv 6", inAdapter)

const url = addressOf("REDIS_URL")
const redis = {
  create: () => new KeyvBackend(() => new KeyvRedis(url, { throwOnErrors: true }), { persistent: true }),
  child: { module: new URL("conformance-child.mjs", import.meta.url), data: url },
}

testBackend("keyv, @keyv/redis", redis)
testCache("keyv, @keyv/redis", redis)
