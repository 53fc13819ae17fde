// Run by node-sqlite.test.ts, under a Node that has node:sqlite.
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after, test } from "node:test"
import { testBackend } from "@larder/conformance/node"
import { DatabaseBackend } from "@larder/database"
import { create } from "./node-sqlite-child.mjs"

const folder = mkdtempSync(join(tmpdir(), "larder-"))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, "cache.db")
const first = create(path)
await first.createTable()
await first.close()

testBackend("node:sqlite", {
  create: () => create(path),
  child: { module: new URL("node-sqlite-child.mjs", import.meta.url), data: path },
})

let now = Date.now()
const client = new DatabaseSync(":memory:")
await new DatabaseBackend({ client }).createTable()
testBackend("node:sqlite, in virtual time", {
  create: () => new DatabaseBackend({ client, now: () => now }),
  advance: (milliseconds) => {
    now += milliseconds
  },
})

test("a database that returns rows as arrays and integers as bigints to the application", async () => {
  const client = new DatabaseSync(":memory:", { returnArrays: true, readBigInts: true })
  const backend = new DatabaseBackend({ client })
  await backend.createTable()
  await backend.set("key", Buffer.from("1"), 60_000)
  assert.deepEqual(await backend.get("key"), Buffer.from("1"))
  assert.deepEqual(await backend.getMany(["none", "key"]), [undefined, Buffer.from("1")])
  assert.equal(await backend.incr("key", 1), 2)
  assert.equal(typeof (await backend.ttl("key")), "number")
  assert.deepEqual(await backend.stats(), { entries: 1, bytes: 1 })
})
