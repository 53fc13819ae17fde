import { describe, expect, it } from "vitest"
import { benchBackend, benchMarkdown } from "../src/bench.js"
import { MapBackend, MapStore } from "./map-backend.js"
import { MinimalBackend } from "./minimal-backends.js"

describe("benchBackend", () => {
  it("measures each operation with one pending call and with many, and cleans up", async () => {
    const store = new MapStore()
    const bench = await benchBackend("a Map", { create: () => new MapBackend(store) }, { budget: 100, rounds: 3 })
    const operations = ["get hit", "get miss", "set", "getMany of 100", "setMany of 100", "incr", "add and delete"]
    expect(bench.speeds.map(({ operation, inFlight }) => `${operation} ${inFlight}`)).toEqual(
      operations.flatMap((operation) => [`${operation} 1`, `${operation} 64`]),
    )
    for (const { operation, perSecond } of bench.speeds) expect(perSecond, operation).toBeGreaterThan(0)
    expect(store.entries.size).toBe(0)
    expect(benchMarkdown(bench)).toMatch(
      /^\| a Map, calls per second \| 1 in flight \| 64 in flight \|\n\| --- \| ---: \| ---: \|\n\| get hit \| [\d,]+ \| [\d,]+ \|/,
    )
  })

  it("omits operations that the backend does not support", async () => {
    const { speeds } = await benchBackend(
      "least",
      { create: () => new MinimalBackend(new MapStore()) },
      { budget: 30, rounds: 1 },
    )
    expect(new Set(speeds.map(({ operation }) => operation))).toEqual(new Set(["get hit", "get miss", "set"]))
  })

  it("rejects if a written entry is missing", async () => {
    class ForgettingBackend extends MapBackend {
      override async get() {
        return undefined
      }
    }
    await expect(benchBackend("forgetting", { create: () => new ForgettingBackend() }, { budget: 30 })).rejects.toThrow(
      "an entry that was written is a miss",
    )
  })
})
