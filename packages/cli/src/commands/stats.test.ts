import { type Backend, type BackendStats, DummyBackend } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { larder, type Settings, type Surroundings } from "../../test/run-larder.js"

/** A backend whose statistics are these answers in order; the last one repeats. */
function counting(...answers: readonly (BackendStats | Error)[]): Backend<unknown> {
  let asked = 0
  return Object.assign(new DummyBackend(), {
    name: "counting",
    async stats() {
      const answer = answers[Math.min(asked++, answers.length - 1)]
      if (answer instanceof Error) throw answer
      return answer ?? {}
    },
  })
}

/** A configuration with these backends. */
function on(backends: Readonly<Record<string, Backend<unknown>>>): Settings {
  return Object.fromEntries(Object.entries(backends).map(([alias, one]) => [alias, { backend: () => one }]))
}

const down = new Error("no answer of redis://ada:secret@host")
const busy: BackendStats = { entries: 1_234, bytes: 2 * 1_024 ** 2, hits: 970, misses: 30, evictions: 4 }

describe("larder stats", () => {
  it("prints the statistics of each store in a table, with - for unknown figures", async () => {
    const settings = on({ default: counting(busy), table: counting({ entries: 7 }), plain: new DummyBackend() })
    expect(await larder(settings, ["stats"])).toMatchObject({
      code: 0,
      out: [
        "cache    backend   entries    bytes  hits  misses  hit rate  evictions",
        "default  counting    1,234  2.0 MiB   970      30    97.0 %          4",
        "table    counting        7        -     -       -         -          -",
        "plain    dummy           -        -     -       -         -          -",
      ],
      error: [],
    })
  })

  it("reports the error of a failing store without passwords, and shows the others", async () => {
    const settings = on({ broken: counting(down), default: counting({ entries: 1 }) })
    expect(await larder(settings, ["stats"])).toMatchObject({
      code: 1,
      out: [expect.stringMatching(/^cache/), expect.stringMatching(/^default/)],
      error: ["broken: no answer of redis://***@host"],
    })
    expect(await larder(settings, ["stats", "broken"])).toMatchObject({ code: 1, out: [] })
  })

  it("prints JSON on one line, without unknown figures", async () => {
    const settings = on({ default: counting(busy), broken: counting(down), plain: new DummyBackend() })
    const { code, out, error } = await larder(settings, ["stats", "--json"])
    expect({ code, lines: out.length, error }).toEqual({ code: 1, lines: 1, error: [] })
    expect(JSON.parse(out.join())).toEqual([
      { cache: "default", ok: true, backend: "counting", ...busy, hitRate: 0.97 },
      { cache: "broken", ok: false, error: "no answer of redis://***@host" },
      { cache: "plain", ok: true, backend: "dummy" },
    ])
  })

  it("warns that an in-process store is not the program's", async () => {
    const settings = on({ default: new LocmemBackend() })
    const { out, error } = await larder(settings, ["stats", "--json"])
    expect(error).toEqual([expect.stringMatching(/^default: locmem keeps entries in the memory of one process; /)])
    expect(JSON.parse(out.join())).toEqual([
      { cache: "default", ok: true, backend: "locmem", entries: 0, bytes: 0, hits: 0, misses: 0, evictions: 0 },
    ])
  })

  it.each([
    [["--interval", "5"], "larder: --interval goes with --watch"],
    [["--watch", "--interval", "0"], 'larder: --interval must be more than 0 and at most 86400 seconds; got "0"'],
    [["--watch", "--interval", "1e3"], 'larder: --interval must be more than 0 and at most 86400 seconds; got "1e3"'],
    [["--watch", "--interval", "soon"], 'larder: --interval must be more than 0 and at most 86400 seconds; got "soon"'],
  ])("rejects %j", async (words, message) => {
    const { code, error } = await larder(on({ default: counting(busy) }), ["stats", ...words])
    expect(code).toBe(2)
    expect(error[0]).toContain(message)
  })
})

describe("larder stats --watch", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] }))
  afterEach(() => void vi.useRealTimers())

  /** A reader that is gone after some rounds, which take two seconds each. */
  function readerOf(rounds: number, columns?: number): Surroundings {
    let read = 0
    return {
      ...(columns !== undefined && { columns }),
      ready() {
        read += 1
        // When the pause has begun.
        if (read < rounds) setImmediate(() => vi.advanceTimersByTime(2_000))
        return read < rounds
      },
    }
  }

  /** The lines, without the time of day. */
  function timeless(out: readonly string[]): string[] {
    return out.map((line) => line.replace(/\d\d:\d\d:\d\d/, "TIME"))
  }

  const quiet: BackendStats = { entries: 10, bytes: 512, hits: 100, misses: 100, evictions: 0 }
  const later: BackendStats = { entries: 12, bytes: 1_024, hits: 106, misses: 102, evictions: 3 }

  it("prints rates since the last reading until the reader is gone", async () => {
    const settings = on({ default: counting(quiet, later), table: counting({ entries: 5 }) })
    const { code, out, error } = await larder(settings, ["stats", "--watch"], readerOf(3))
    expect({ code, error }).toEqual({ code: 0, error: [] })
    expect(timeless(out)).toEqual([
      "TIME, every 2 s",
      "cache    backend   entries  bytes  reads/s  hit rate  evictions/s",
      "default  counting       10  512 B        -         -            -",
      "table    counting        5      -        -         -            -",
      "",
      "TIME, every 2 s",
      "cache    backend   entries    bytes  reads/s  hit rate  evictions/s",
      "default  counting       12  1.0 KiB        4    75.0 %          1.5",
      "table    counting        5        -        -         -            -",
      "",
      "TIME, every 2 s",
      "cache    backend   entries    bytes  reads/s  hit rate  evictions/s",
      "default  counting       12  1.0 KiB        0         -            0",
      "table    counting        5        -        -         -            -",
    ])
  })

  it("prints a failure in its round, and asks again in the next", async () => {
    const settings = on({ default: counting(quiet, down, later) })
    const { code, out } = await larder(settings, ["stats", "--watch"], readerOf(3))
    expect(code).toBe(0)
    expect(timeless(out).filter((line) => /^default/.test(line))).toEqual([
      "default  counting       10  512 B        -         -            -",
      "default: no answer of redis://***@host",
      "default  counting       12  1.0 KiB        -         -            -",
    ])
  })

  it("overwrites the last block on a terminal, and truncates long lines", async () => {
    const long = new Error(`no answer ${"of the store ".repeat(20)}`)
    const settings = on({ default: counting(quiet), broken: counting(long) })
    const { out } = await larder(settings, ["stats", "--watch"], readerOf(2, 80))
    const [first = "", second = ""] = timeless(out)
    expect(out).toHaveLength(2)
    expect(second).toBe(
      `\u001b[4A\u001b[J${first.replaceAll("        -         -            -", "        0         -            0")}`,
    )
    expect(first.split("\n").map((line) => line.length)).toEqual([15, 65, 65, 79])
  })

  it("prints one line of JSON per round, with the time and the change", async () => {
    vi.setSystemTime(new Date("2026-05-04T10:00:00Z"))
    const settings = on({ default: counting(quiet, later) })
    const { out } = await larder(settings, ["stats", "--watch", "--json"], readerOf(2))
    const own = { cache: "default", ok: true, backend: "counting" }
    expect(out.map((line) => JSON.parse(line))).toEqual([
      [{ time: "2026-05-04T10:00:00.000Z", ...own, ...quiet, hitRate: 0.5 }],
      [
        {
          time: "2026-05-04T10:00:02.000Z",
          ...own,
          ...later,
          hitRate: 106 / 208,
          change: { seconds: 2, readsPerSecond: 4, hitRate: 0.75, evictionsPerSecond: 1.5 },
        },
      ],
    ])
  })

  it("returns 0 when it is interrupted, even after failures", async () => {
    let interrupt = (): void => undefined
    const surroundings: Surroundings = {
      onInterrupt(listener) {
        interrupt = listener
        return () => undefined
      },
      ready() {
        setImmediate(interrupt)
        return true
      },
    }
    const settings = on({ default: counting(down) })
    const { code, out, error } = await larder(settings, ["stats", "--watch"], surroundings)
    expect({ code, error, lines: out.length }).toEqual({ code: 0, error: [], lines: 2 })
  })

  it("waits at most ten seconds for a store", async () => {
    const silent = Object.assign(new DummyBackend(), { stats: () => new Promise<BackendStats>(() => {}) })
    const asking = larder(on({ default: silent }), ["stats"])
    while (vi.getTimerCount() === 0) await new Promise(setImmediate)
    vi.advanceTimersByTime(10_000)
    expect(await asking).toMatchObject({ code: 1, out: [], error: ["default: no answer within 10 s"] })
  })

  it("takes another interval", async () => {
    const settings = on({ default: counting(quiet) })
    const { out } = await larder(settings, ["stats", "--watch", "--interval", "0.5"], readerOf(1))
    expect(timeless(out)[0]).toBe("TIME, every 0.5 s")
  })
})
