import { type Backend, DummyBackend } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { larder, type Run, type Settings, type Surroundings } from "../../test/run-larder.js"
import type { Measurement } from "../bench/measurements.js"

const briefly = ["--seconds", "0.2"]

function bench(settings: Settings, words: readonly string[], surroundings?: Surroundings): Promise<Run> {
  return larder(settings, ["bench", ...words], surroundings)
}

/** Settings of a cache, and its store. */
function stored(changes: Partial<Backend<unknown>> = {}) {
  const store = new LocmemStore()
  return { store, settings: { backend: () => Object.assign(new LocmemBackend({ store }), changes) } }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("refused by redis://ada:secret@host"))
}

describe("larder bench", () => {
  it("measures each operation with 1 and with 64 concurrent calls, and leaves nothing behind", async () => {
    const { store, settings } = stored()
    const { code, out, error } = await bench({ default: settings }, [...briefly, "--json"])
    expect({ code, error, lines: out.length }).toEqual({ code: 0, error: [], lines: 1 })
    const { results, ...rest } = JSON.parse(out.join()) as { results: Measurement[] }
    expect(rest).toEqual({ cache: "default", backend: "locmem", seconds: 0.2 })
    const singles = ["set", "get"]
    const runs = [
      ...[...singles, "setMany(100)", "getMany(100)"].map((operation) => [operation, "small string"]),
      ...[...singles, "setMany(10)", "getMany(10)"].map((operation) => [operation, "10 kB object"]),
      ["incr", "integer"],
    ]
    expect(results.map(({ operation, value, inFlight }) => [operation, value, inFlight])).toEqual(
      runs.flatMap(([operation, value]) => [1, 64].map((inFlight) => [operation, value, inFlight])),
    )
    for (const { perSecond, p50, p99 } of results) {
      expect(perSecond).toBeGreaterThan(0)
      expect(p50).toBeGreaterThan(0)
      expect(p99).toBeGreaterThanOrEqual(p50)
    }
    expect(store.stats().entries).toBe(0)
  })

  it("prints a table that fits a terminal, and shows its progress", async () => {
    const { out, progress } = await bench({ default: stored().settings }, briefly)
    expect(out[0]).toBe("default: locmem, 0.2 s")
    expect(out[1]).toMatch(/^operation +value +in flight +calls\/s +p50 ms +p99 ms$/)
    expect(out[2]).toMatch(/^set +small string +1 +[\d,.M]+ +[\d.e-]+ +[\d.e-]+$/)
    expect(out).toHaveLength(20)
    expect(Math.max(...out.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(progress[0]).toBe("1 of 9: set, small string, 1 in flight")
    expect(progress.at(-1)).toBe("")
  })

  it("measures the named cache, or the default one, or the only one", async () => {
    const dead = stored({ ping: refuse }).settings
    const measured = async (settings: Settings, ...words: readonly string[]) =>
      /cache "(\w+)"/.exec((await bench(settings, words)).error.join())?.[1]
    expect(await measured({ default: dead, pages: stored({ ping: refuse }).settings })).toBe("default")
    expect(await measured({ default: dead, pages: stored({ ping: refuse }).settings }, "pages")).toBe("pages")
    expect(await measured({ pages: dead })).toBe("pages")
    const two = { pages: stored().settings, fragments: stored().settings }
    for (const words of [[], ["pages", "fragments"]]) {
      expect(await bench(two, words)).toMatchObject({
        code: 2,
        error: ["larder: bench measures one cache; pass one of pages, fragments", expect.anything()],
      })
    }
  })

  it("prints one line if the store does not answer", async () => {
    const { code, out, error } = await bench({ default: stored({ ping: refuse }).settings }, briefly)
    expect({ code, out }).toEqual({ code: 1, out: [] })
    expect(error).toEqual([expect.stringMatching(/^larder: ping failed .*: refused by redis:\/\/\*\*\*@host$/)])
  })

  it("reports why entries are missing, although onError hides it, and removes the others", async () => {
    let sets = 0
    const store = new LocmemStore()
    const full = Object.assign(new LocmemBackend({ store }), {
      async set(key: string, value: unknown, ttl?: number) {
        if (++sets > 5) await refuse()
        store.set(key, value, ttl)
      },
    })
    const { code, error } = await bench({ default: { backend: () => full } }, briefly)
    expect(code).toBe(1)
    expect(error).toEqual([expect.stringMatching(/^larder: set of .*: refused by redis:\/\/\*\*\*@host$/)])
    expect(store.stats().entries).toBe(0)
  })

  it.each([
    ["keeps nothing", () => new DummyBackend()],
    ["has little room", () => new LocmemBackend({ maxEntries: 50 })],
  ])("reports lost entries if the store %s", async (_, backend) => {
    expect(await bench({ default: { backend } }, briefly)).toMatchObject({
      code: 1,
      out: [],
      error: [expect.stringMatching(/^larder: Entries were missing right after they were written: /)],
    })
  })

  it("reports when entries expire that it cannot remove", async () => {
    const { code, error } = await bench({ default: stored({ deleteMany: refuse }).settings }, briefly)
    expect(code).toBe(0)
    expect(error).toEqual([
      expect.stringMatching(
        /^The entries of the benchmark could not be removed and expire within 600.2 s: .*\*\*\*@host$/,
      ),
    ])
  })

  it("ends when it is interrupted, and leaves nothing behind", async () => {
    const { store, settings } = stored()
    const surroundings: Surroundings = {
      onInterrupt(listener) {
        const timer = setTimeout(listener, 50)
        return () => clearTimeout(timer)
      },
    }
    expect(await bench({ default: settings }, ["--seconds", "3600"], surroundings)).toMatchObject({
      code: 1,
      out: [],
      error: ["larder: interrupted before the measurement was complete"],
    })
    expect(store.stats().entries).toBe(0)
  })
})
