import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { cacheClauses } from "../src/cache-clauses.js"
import type { Clause } from "../src/clause.js"
import type { StoreAddress } from "../src/fault-proxy/fault-proxy.js"
import type { Harness } from "../src/harness.js"
import { type Outcome, Suite } from "../src/suite.js"
import { RemoteBackend } from "./remote-backend.js"
import { SocketStore } from "./socket-store.js"

const list = cacheClauses().filter(({ id }) => id.startsWith("cache.outages."))

interface OutageMutant {
  readonly defect: string
  /** The clauses of the family that must fail. No others may. */
  readonly breaks: readonly string[]
  readonly Broken: new (address: StoreAddress) => RemoteBackend
}

const mutants: readonly OutageMutant[] = [
  {
    defect: "never reconnects",
    breaks: ["cache.outages.6", "cache.outages.7", "cache.outages.9"],
    Broken: class extends RemoteBackend {
      #connected = false
      override connect() {
        if (this.#connected) throw new Error("it had its chance")
        this.#connected = true
        return super.connect()
      }
    },
  },
  {
    defect: "treats a failed write as successful",
    breaks: ["cache.outages.1", "cache.outages.5", "cache.outages.7"],
    Broken: class extends RemoteBackend {
      override set(key: string, value: Uint8Array, ttl?: number) {
        return super.set(key, value, ttl).catch(() => undefined)
      }
    },
  },
  {
    defect: "keeps its connection after close",
    breaks: ["cache.outages.9"],
    Broken: class extends RemoteBackend {
      override async close() {
        this.closed = true
      }
    },
  },
]

/** Clauses that depend on `Cache` alone, and that no backend can break. */
const unbreakable = ["cache.outages.2", "cache.outages.3", "cache.outages.4", "cache.outages.8"]

let store: SocketStore

beforeAll(async () => {
  store = await SocketStore.open()
})

afterAll(() => store.close())

/** Runs the family. Returns the ids of the clauses that failed, with the reasons. */
async function failures(Broken: OutageMutant["Broken"]): Promise<ReadonlyMap<string, string>> {
  const address = { host: "127.0.0.1", port: store.port }
  const harness: Harness = {
    create: () => new RemoteBackend(address),
    remote: { ...address, create: (proxied) => new Broken(proxied) },
  }
  const suite = new Suite(harness, list)
  const run = async (clause: Clause): Promise<[string, Outcome]> => [clause.id, await suite.run(clause)]
  const outcomes = await Promise.all(list.map(run))
  await suite.close()
  return new Map(
    outcomes.flatMap(([id, outcome]) => (outcome.status === "failed" ? [[id, String(outcome.error)] as const] : [])),
  )
}

describe("a cache on a client with one defect in an outage fails the clauses about it and no others", () => {
  for (const { defect, breaks, Broken } of mutants) {
    it(defect, async () => {
      const failed = await failures(Broken)
      expect([...failed.keys()], JSON.stringify([...failed], undefined, 2)).toEqual(breaks)
    })
  }
})

describe("the mutants", () => {
  it("break every clause that a backend can break", () => {
    const broken = new Set(mutants.flatMap(({ breaks }) => breaks))
    expect(list.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual(unbreakable)
  })
})
