// Run by node-sqlite.test.ts, under a Node that has node:sqlite.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after } from "node:test"
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
