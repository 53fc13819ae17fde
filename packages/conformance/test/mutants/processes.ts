/** A defect that `socket-backend.js` implements, and the clauses about processes that must fail. */
export interface ProcessMutant {
  readonly defect: string
  readonly breaks: readonly string[]
  /** For a mutant that hangs: the milliseconds for a clause. */
  readonly deadline?: number
}

/** Defects between processes that affect a cache, with the clauses of `testCache` that must fail. */
export const cacheProcessMutants: readonly ProcessMutant[] = [
  { defect: "add checks and stores in the client", breaks: ["cache.processes.1"] },
  { defect: "has its own tokens", breaks: ["cache.processes.2"] },
  { defect: "does not take over entries of other processes", breaks: ["cache.processes.3"] },
]

/** Defects between processes. */
export const processMutants: readonly ProcessMutant[] = [
  { defect: "incr reads and writes in the client", breaks: ["processes.3"] },
  { defect: "add checks and stores in the client", breaks: ["processes.2", "processes.4"] },
  { defect: "replaceIfEqual compares and stores in the client", breaks: ["processes.10"] },
  { defect: "deletes an expired entry, although it was replaced", breaks: ["processes.5"] },
  { defect: "writes a long value in two steps", breaks: ["processes.6", "processes.7"] },
  {
    defect: "does not share what it writes",
    breaks: ["processes.1", "processes.2", "processes.3", "processes.4", "processes.5", "processes.8", "processes.10"],
  },
  { defect: "keeps its process alive", breaks: ["processes.9"], deadline: 8_000 },
]
