import { describe, expect, it } from "vitest"
import { statsOf, sumOf } from "./server-info.js"

const info = [
  "# Memory",
  "used_memory:1048576",
  "used_memory_human:1.00M",
  "# Stats",
  "keyspace_hits:7",
  "keyspace_misses:3",
  "evicted_keys:1",
  "# Keyspace",
  "db0:keys=5,expires=0,avg_ttl=0",
  "",
].join("\r\n")

const stats = { entries: 5, bytes: 1_048_576, hits: 7, misses: 3, evictions: 1 }

describe("statsOf", () => {
  it("reads what a server tells, as text or as bytes", async () => {
    for (const reply of [info, Buffer.from(info)]) {
      const node = { send: async ([name]: readonly (string | Buffer)[]) => (name === "DBSIZE" ? 5 : reply) }
      expect(await statsOf(node)).toEqual(stats)
    }
  })
})

describe("sumOf", () => {
  it("adds the figures of several servers", () => {
    expect(sumOf([stats, stats])).toEqual({ entries: 10, bytes: 2_097_152, hits: 14, misses: 6, evictions: 2 })
    expect(sumOf([stats])).toEqual(stats)
  })
})
