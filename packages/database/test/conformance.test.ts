import { testBackend } from "@larder/conformance/vitest"
import Database from "better-sqlite3"
import { DatabaseBackend } from "../src/index.js"
import { testConformanceOn } from "./conformance-on.js"

testConformanceOn("sqlite")

let now = Date.now()
const client = new Database(":memory:")
await new DatabaseBackend({ client }).createTable()
testBackend("sqlite, in virtual time", {
  create: () => new DatabaseBackend({ client, now: () => now }),
  advance: (milliseconds) => {
    now += milliseconds
  },
})
