import assert from "node:assert/strict"
import { test } from "node:test"
import { fromUrl, MyStoreBackend, type MyStoreBackendOptions } from "./index.js"

test("rejects invalid options", () => {
  const create = (options: object) => () => new MyStoreBackend(options as MyStoreBackendOptions)
  assert.throws(create({ entrys: new Map() }), new TypeError("Unknown option entrys; a MyStoreBackend takes entries"))
  assert.throws(create({ entries: 5 }), new TypeError("entries must be a Map; got 5"))
})

test("is created from a URL", async () => {
  const backend = fromUrl("my-store:")
  await backend.set("key", Uint8Array.of(1))
  assert.deepEqual(await backend.get("key"), Uint8Array.of(1))
  assert.throws(() => fromUrl("my-store:nonsense"), TypeError)
})
