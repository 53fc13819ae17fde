import assert from "node:assert/strict"
import { describe, expect, it } from "vitest"
import { type Clause, clause } from "../src/clause.js"
import type { Harness } from "../src/harness.js"
import { Suite } from "../src/suite.js"
import { MapBackend, MapStore, mapCapabilities } from "./map-backend.js"
import { MinimalBackend } from "./minimal-backends.js"

const passing = clause({ id: "x.1", title: "passes", run: async () => {} })
const failing = clause({ id: "x.2", title: "fails", run: () => Promise.reject(new Error("broken")) })
const adding = clause({ id: "x.3", title: "adds", uses: ["add", "touch"], run: async () => {} })

function outcomes(harness: Harness, list: readonly Clause[]): Promise<readonly unknown[]> {
  const suite = new Suite(harness, list)
  return Promise.all(list.map(async (one) => (await suite.run(one)).status)).finally(() => suite.close())
}

describe("Suite", () => {
  it("reports what passed, and what failed with which error", async () => {
    const suite = new Suite({ create: () => new MapBackend() }, [passing, failing])
    expect(await suite.run(passing)).toEqual({ status: "passed" })
    expect(await suite.run(failing)).toEqual({ status: "failed", error: new Error("broken") })
  })

  it("skips a clause whose methods are absent, and names them", async () => {
    const suite = new Suite({ create: () => new MinimalBackend(new MapStore()) }, [adding])
    expect(await suite.run(adding)).toEqual({ status: "skipped", reason: "has no add(), touch()" })
  })

  it("does not run clauses that the author has excepted", async () => {
    const suite = new Suite({ create: () => new MapBackend(), except: { "x.2": "known" } }, [failing])
    expect(await suite.run(failing)).toEqual({ status: "excepted", reason: "known" })
  })

  it("fails every clause if no handle can be created", async () => {
    const create = () => Promise.reject(new Error("refused"))
    expect(await outcomes({ create }, [passing, adding])).toEqual(["failed", "failed"])
    const thrower = () => {
      throw new Error("at the call")
    }
    expect(await outcomes({ create: thrower }, [passing])).toEqual(["failed"])
  })

  it("deletes the entries of a clause, and nothing else", async () => {
    const store = new MapStore()
    const backend = new MapBackend(store)
    await backend.set("somebody's", Uint8Array.of(1))
    const writing = clause({
      id: "x.4",
      title: "writes",
      async run({ backend, key, values }) {
        await backend.set(key("a"), values.text("a"))
        await backend.set(key("b"), values.text("b"))
        assert.strictEqual(store.entries.size, 3)
      },
    })
    expect(await outcomes({ create: () => new MapBackend(store) }, [writing])).toEqual(["passed"])
    expect([...store.entries.keys()]).toEqual(["somebody's"])
  })

  it("gives each run of a clause a prefix of its own", async () => {
    const prefixes = new Set<string>()
    const noting = clause({ id: "x.5", title: "notes", run: async ({ prefix }) => void prefixes.add(prefix) })
    const suite = new Suite({ create: () => new MapBackend() }, [noting])
    await suite.run(noting)
    await suite.run(noting)
    expect(prefixes.size).toBe(2)
  })

  it("closes every handle that it or a clause opened", async () => {
    let open = 0
    class CountedBackend extends MapBackend {
      override async close() {
        open -= 1
      }
    }
    const opening = clause({
      id: "x.6",
      title: "opens",
      async run({ open: another, peer }) {
        await another()
        assert.strictEqual(await peer(0), await peer(0))
      },
    })
    const create = () => {
      open += 1
      return new CountedBackend()
    }
    const suite = new Suite({ create }, [opening])
    expect(await suite.run(opening)).toEqual({ status: "passed" })
    expect(open).toBe(2)
    await suite.close()
    expect(open).toBe(0)
  })

  it("runs the timed clauses of a group at once, so that they share one wait", async () => {
    const store = new MapStore()
    const moves: number[] = []
    const waiting = [1, 2, 3].map((number) =>
      clause({ id: `x.${number}`, title: "waits", timed: "entries", run: ({ expire }) => expire() }),
    )
    const advance = (milliseconds: number) => void moves.push(milliseconds)
    const harness = { create: () => new MapBackend(store), advance }
    expect(await outcomes(harness, waiting)).toEqual(["passed", "passed", "passed"])
    expect(moves).toEqual([176])
  })

  it("names the call that hangs, on any handle", async () => {
    class HangingBackend extends MapBackend {
      override touch() {
        return new Promise<never>(() => {})
      }
    }
    const hanging = clause({
      id: "x.1",
      title: "hangs",
      async run({ backend, open }) {
        await backend.get("read")
        const other = await open()
        await other.touch?.("kept")
      },
    })
    const suite = new Suite({ create: () => new HangingBackend(), deadline: 50 }, [hanging])
    expect(await suite.run(hanging)).toMatchObject({
      status: "failed",
      error: { message: 'did not settle within 50 ms, the deadline: touch("kept") hangs' },
    })
    await suite.close()
  })

  it("fails a clause that hangs, while the other timed clauses continue", async () => {
    const hanging = clause({ id: "x.1", title: "hangs", timed: "entries", run: () => new Promise(() => {}) })
    const waiting = clause({ id: "x.2", title: "waits", timed: "entries", run: ({ expire }) => expire() })
    const harness = { create: () => new MapBackend(), advance: () => {}, deadline: 50 }
    expect(await outcomes(harness, [hanging, waiting])).toEqual(["failed", "passed"])
  })

  it("treats a missing ttlResolution as an exact one", async () => {
    const store = new MapStore()
    const { ttlResolution: _, ...others } = mapCapabilities
    const create = () => Object.assign(new MapBackend(store), { capabilities: others })
    const waiting = clause({ id: "x.1", title: "waits", timed: "entries", run: ({ expire }) => expire() })
    const moves: number[] = []
    expect(await outcomes({ create, advance: (milliseconds) => void moves.push(milliseconds) }, [waiting])).toEqual([
      "passed",
    ])
    expect(moves).toEqual([176])
  })

  it("fails a clause with an Error, whatever a call rejects with", async () => {
    const rejecting = clause({ id: "x.1", title: "rejects", run: () => Promise.reject(undefined) })
    const suite = new Suite({ create: () => new MapBackend() }, [rejecting])
    expect(await suite.run(rejecting)).toMatchObject({
      status: "failed",
      error: { message: /rejected with undefined/ },
    })
  })

  it("does not let time pass in a clause that is not timed", async () => {
    const waiting = clause({ id: "x.1", title: "waits", run: ({ expire }) => expire() })
    const suite = new Suite({ create: () => new MapBackend(), advance: () => {} }, [waiting])
    expect(await suite.run(waiting)).toMatchObject({ status: "failed", error: { message: /marked as timed/ } })
  })
})
