import { describe, expect, it } from "vitest"
import { clauses } from "../src/clauses.js"
import { failures } from "./mutant.js"
import { countingMutants } from "./mutants/counting.js"
import { expiryMutants } from "./mutants/expiry.js"
import { faultMutants } from "./mutants/faults.js"
import { keyMutants } from "./mutants/keys.js"
import { lockingMutants } from "./mutants/locking.js"
import { otherMethodsMutants } from "./mutants/other-methods.js"
import { prefixMutants } from "./mutants/prefixes.js"
import { processMutants } from "./mutants/processes.js"
import { readingMutants } from "./mutants/reading.js"
import { rejectingMutants } from "./mutants/rejecting.js"
import { rememberingMutants } from "./mutants/remembering.js"
import { replacingMutants } from "./mutants/replacing.js"
import { storingMutants } from "./mutants/storing.js"
import { valueMutants } from "./mutants/values.js"
import { workingMutants } from "./mutants/working.js"

const mutants = [
  ...readingMutants,
  ...expiryMutants,
  ...countingMutants,
  ...lockingMutants,
  ...replacingMutants,
  ...storingMutants,
  ...keyMutants,
  ...prefixMutants,
  ...otherMethodsMutants,
  ...rememberingMutants,
  ...workingMutants,
  ...valueMutants,
  ...rejectingMutants,
]

describe("a backend with one defect fails the clauses about it and no others", () => {
  for (const mutant of mutants) {
    it(mutant.defect, async () => {
      expect(await failures(mutant)).toEqual(mutant.breaks)
    })
  }
})

describe("the mutants", () => {
  it("break every clause, and each breaks at least one", () => {
    const broken = new Set([...mutants, ...processMutants, ...faultMutants].flatMap(({ breaks }) => breaks))
    expect(clauses.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([])
    expect(mutants.filter(({ breaks }) => breaks.length === 0)).toEqual([])
  })
})
