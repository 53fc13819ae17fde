import { describe, expect, it } from "vitest"
import { clauses } from "../src/clauses.js"
import { promisedReport, report, reportMarkdown } from "../src/report.js"
import { MapBackend, MapStore } from "./map-backend.js"
import { MinimalBackend } from "./minimal-backends.js"

function advancing(store: MapStore): (milliseconds: number) => void {
  return (milliseconds) => {
    store.now += milliseconds
  }
}

describe("report", () => {
  it("contains capabilities, methods and the result of every clause", async () => {
    const store = new MapStore()
    class StoppingBackend extends MapBackend {
      override async incr(key: string, delta: number) {
        return delta < 0 ? 0 : super.incr(key, delta)
      }
    }
    const harness = {
      create: () => new StoppingBackend(store),
      advance: advancing(store),
      except: { "incr.6": "stops" },
    }
    const found = await report("stopping | here", harness)
    expect(found.clauses.map(({ id }) => id)).toEqual(clauses.map(({ id }) => id))
    expect(found.methods).toContain("incr")
    expect(found.capabilities.ttlResolution).toBe(1)
    const markdown = reportMarkdown([found])
    expect(markdown).toContain("|  | stopping \\| here |")
    expect(markdown).toContain("| `incr` | yes |")
    expect(markdown).toMatch(/^- incr\.6 excepted: stops$/m)
    expect(markdown).toMatch(/^- faults\.1 to \d+ skipped: the harness has no remote$/m)
    expect(markdown).toMatch(/^- incr\.1 failed: incr by -10: expected 42, got 0$/m)
  })

  it("compares several backends", async () => {
    const [full, small] = [new MapStore(), new MapStore()]
    const markdown = reportMarkdown([
      await report("full", { create: () => new MapBackend(full), advance: advancing(full) }),
      await report("small", { create: () => new MinimalBackend(small), advance: advancing(small) }),
    ])
    expect(markdown).toContain("|  | full | small |\n| --- | --- | --- |\n")
    expect(markdown).toContain("| `add` | yes | no |")
    expect(markdown).toContain("| longest key | no limit | no limit |")
    expect(markdown).toContain("| expiry is exact to | 1 ms | 1 ms |")
  })

  it("can be created without a run, for backends that fulfil every clause", async () => {
    for (const Kind of [MapBackend, MinimalBackend]) {
      const store = new MapStore()
      const harness = { create: () => new Kind(store), advance: advancing(store) }
      expect(await promisedReport("promised", harness)).toEqual(await report("promised", harness))
    }
  })

  it("rejects if no handle can be created", async () => {
    await expect(report("down", { create: () => Promise.reject(new Error("refused")) })).rejects.toThrow("refused")
  })
})
