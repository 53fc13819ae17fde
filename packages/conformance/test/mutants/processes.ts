/** A defect that `socket-backend.js` knows, and every clause about processes that must fail on it. */
export interface ProcessMutant {
  readonly defect: string
  readonly breaks: readonly string[]
  /** For one that hangs: milliseconds for a clause. */
  readonly deadline?: number
}

/** Broken between processes where a cache shows it: what breaks which clause of `testCache`. */
export const cacheProcessMutants: readonly ProcessMutant[] = [
  { defect: "add looks and stores in the client", breaks: ["cache.processes.1"] },
  { defect: "has tokens of its own", breaks: ["cache.processes.2"] },
  { defect: "lets nobody have what another process held", breaks: ["cache.processes.3"] },
]

/** Broken between processes. */
export const processMutants: readonly ProcessMutant[] = [
  { defect: "incr reads and writes in the client", breaks: ["processes.3"] },
  { defect: "add looks and stores in the client", breaks: ["processes.2", "processes.4"] },
  { defect: "replaceIfEqual compares and stores in the client", breaks: ["processes.10"] },
  { defect: "deletes what it has read as expired, whatever is there by now", breaks: ["processes.5"] },
  { defect: "writes a long value in two steps", breaks: ["processes.6", "processes.7"] },
  {
    defect: "keeps what it writes to itself",
    breaks: ["processes.1", "processes.2", "processes.3", "processes.4", "processes.5", "processes.8", "processes.10"],
  },
  { defect: "keeps its process alive", breaks: ["processes.9"], deadline: 8_000 },
]
