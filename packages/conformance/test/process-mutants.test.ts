import { describe, expect, it } from "vitest"
import { clauses } from "../src/clauses.js"
import { Suite } from "../src/suite.js"
import { processMutants } from "./mutants/processes.js"
import { SocketStore } from "./socket-store.js"

describe("a backend with one defect between processes fails the clauses about it and no other", () => {
  for (const { defect, breaks, deadline = 20_000 } of processMutants) {
    it(defect, async () => {
      const store = await SocketStore.open()
      const suite = new Suite({ ...store.harness(defect), deadline }, clauses)
      const failed: string[] = []
      for (const clause of clauses.filter(({ id }) => id.startsWith("processes."))) {
        const outcome = await suite.run(clause)
        if (outcome.status === "failed") failed.push(clause.id)
      }
      await suite.close()
      store.close()
      expect(failed).toEqual(breaks)
    })
  }
})
