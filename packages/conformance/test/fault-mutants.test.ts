import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Clause } from "../src/clause.js"
import { clauses } from "../src/clauses.js"
import type { Harness } from "../src/harness.js"
import { type Outcome, Suite } from "../src/suite.js"
import { type FaultMutant, faultMutants } from "./mutants/faults.js"
import { RemoteBackend } from "./remote-backend.js"
import { SocketStore } from "./socket-store.js"

const list = clauses.filter(({ id }) => id.startsWith("faults."))
let store: SocketStore

beforeAll(async () => {
  store = await SocketStore.open()
})

afterAll(() => store.close())

/** Runs the family. Returns the ids of the clauses that failed, with the reasons. */
async function failures({
  Broken,
  deadline = 20_000,
  alone = false,
}: FaultMutant): Promise<ReadonlyMap<string, string>> {
  const address = { host: "127.0.0.1", port: store.port }
  const harness: Harness = {
    create: () => new RemoteBackend(address),
    remote: { ...address, create: (proxied) => new Broken(proxied) },
    deadline,
  }
  const suite = new Suite(harness, list)
  const outcomes: [string, Outcome][] = []
  const run = async (clause: Clause): Promise<void> => void outcomes.push([clause.id, await suite.run(clause)])
  if (alone) for (const clause of list) await run(clause)
  else await Promise.all(list.map(run))
  await suite.close()
  return new Map(
    outcomes.flatMap(([id, outcome]) => (outcome.status === "failed" ? [[id, String(outcome.error)] as const] : [])),
  )
}

describe("a client with one defect in handling faults fails the clauses about it and no others", () => {
  for (const mutant of faultMutants) {
    it(mutant.defect, { timeout: 180_000 }, async () => {
      const failed = await failures(mutant)
      const { mayBreak = [] } = mutant
      const ids = list.map(({ id }) => id).filter((id) => failed.has(id) && !mayBreak.includes(id))
      expect(ids, JSON.stringify([...failed], undefined, 2)).toEqual(mutant.breaks)
    })
  }
})
