/** What the suite says of one of its tests. */
export interface SuiteTest {
  readonly id: string
  readonly name: string
  /** Absent: required. */
  readonly kind?: "required" | "optimal" | "check"
  readonly depends_on?: readonly string[]
  readonly browser_only?: boolean
}

export interface Suite {
  readonly id: string
  readonly name: string
  readonly tests: readonly SuiteTest[]
}

/** `true` for a pass, else the kind of failure and its message. */
export type Results = Readonly<Record<string, true | readonly [kind: string, message: string]>>

export interface Tally {
  passed: number
  total: number
}

export interface Score {
  readonly required: Tally
  readonly optimal: Tally
  readonly check: Tally
}

/** The tests that are for shared caches. */
export function applicable(suites: readonly Suite[]): SuiteTest[] {
  return suites.flatMap(({ tests }) => tests.filter((test) => test.browser_only !== true))
}

export function kindOf({ kind = "required" }: SuiteTest): keyof Score {
  return kind
}

/**
 * Counts the passes of some tests. With `honourDependencies`, a test counts only when all that it builds on have passed,
 * too: a cache that stores nothing passes many tests about what must not be reused.
 */
export function score(
  tests: readonly SuiteTest[],
  all: readonly SuiteTest[],
  results: Results,
  honourDependencies: boolean,
): Score {
  const byId = new Map(all.map((test) => [test.id, test]))
  const passes = (test: SuiteTest): boolean =>
    results[test.id] === true &&
    (!honourDependencies ||
      (test.depends_on ?? []).every((id) => {
        const needed = byId.get(id)
        return needed !== undefined && passes(needed)
      }))
  const sum = { required: { passed: 0, total: 0 }, optimal: { passed: 0, total: 0 }, check: { passed: 0, total: 0 } }
  for (const test of tests) {
    const tally = sum[kindOf(test)]
    tally.total += 1
    if (passes(test)) tally.passed += 1
  }
  return sum
}
