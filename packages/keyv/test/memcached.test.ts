import KeyvMemcache from "@keyv/memcache"
import { testBackend } from "@larder/conformance/vitest"
import { addressOf } from "@larder/services/address"
import { afterAll } from "vitest"
import { KeyvBackend } from "../src/index.js"

const [server = ""] = addressOf("MEMCACHED_URLS").split(",")
const adapter = new KeyvMemcache(new URL(server).host)

afterAll(() => adapter.client.close())

testBackend("keyv, @keyv/memcache", {
  create: () => new KeyvBackend(adapter, { maxKeyBytes: 250, maxValueBytes: 700_000, portableKeysOnly: true }),
})
