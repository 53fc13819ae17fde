import { testBackend, testCache } from "@larder/conformance/vitest"
import Database from "better-sqlite3"
import { DatabaseBackend } from "../src/index.js"
import { testConformanceOn } from "./conformance-on.js"

testConformanceOn("sqlite")

let now = Date.now()
const client = new Database(":memory:")
await new DatabaseBackend({ client }).createTable()
const virtual = {
  create: () => new DatabaseBackend({ client, now: () => now }),
  advance: (milliseconds: number) => {
    now += milliseconds
  },
}
testBackend("sqlite, in virtual time", virtual)
testCache("sqlite, in virtual time", virtual)
