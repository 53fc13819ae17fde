import { describe, expect, it } from "vitest"
import { cacheClauses } from "../src/cache-clauses.js"
import type { Clause } from "../src/clause.js"
import { clauses } from "../src/clauses.js"
import { Suite } from "../src/suite.js"
import { cacheProcessMutants, type ProcessMutant, processMutants } from "./mutants/processes.js"
import { SocketStore } from "./socket-store.js"

// The tests start many processes, possibly on a busy machine.
const timeout = 180_000

/** The ids of the clauses that fail. */
async function failures({ defect, deadline = 20_000 }: ProcessMutant, list: readonly Clause[]): Promise<string[]> {
  const store = await SocketStore.open()
  const suite = new Suite({ ...store.harness(defect), deadline }, list)
  const failed: string[] = []
  for (const clause of list) {
    const outcome = await suite.run(clause)
    if (outcome.status === "failed") failed.push(clause.id)
  }
  await suite.close()
  store.close()
  return failed
}

describe("a backend with one defect between processes fails the clauses about it and no others", () => {
  const list = clauses.filter(({ id }) => id.startsWith("processes."))
  for (const mutant of processMutants) {
    it(mutant.defect, { timeout }, async () => {
      expect(await failures(mutant, list)).toEqual(mutant.breaks)
    })
  }
})

describe("a cache on a backend with one defect between processes fails the clauses about it and no others", () => {
  const list = cacheClauses().filter(({ id }) => id.startsWith("cache.processes."))
  for (const mutant of cacheProcessMutants) {
    it(mutant.defect, { timeout }, async () => {
      expect(await failures(mutant, list)).toEqual(mutant.breaks)
    })
  }
})
