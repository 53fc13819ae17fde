import { cacheClauses } from "./cache-clauses.js"
import { checkHarness } from "./check-harness.js"
import type { Clause } from "./clause.js"
import { clauses } from "./clauses.js"
import { deadlineOf, type Harness } from "./harness.js"
import { Suite } from "./suite.js"

/** What the suite uses of a test runner: what vitest and node:test have in common. */
export interface Runner {
  describe(name: string, body: () => void): void
  it(name: string, options: { timeout: number }, body: (test: { skip(reason: string): void }) => Promise<void>): void
  /** Runs `body` once, after the tests of the surrounding `describe`. */
  after(body: () => Promise<void>): void
  /** Prints what was skipped and why, for runners that do not show the reason of a skip. */
  print?(text: string): void
}

/** Milliseconds added to the deadline of a clause, which has the better message. Timed clauses wait for each other. */
const patience = 60_000

/** Registers one test per clause of the contract. Throws a `TypeError` if the harness is invalid. */
export function register(runner: Runner, name: string, harness: Harness): void {
  registerClauses(runner, `${name} keeps the backend contract`, harness, clauses)
}

/**
 * Registers one test per clause of the contract's second part, about `Cache`. Throws a `TypeError` if the harness is
 * invalid.
 */
export function registerCache(runner: Runner, name: string, harness: Harness): void {
  registerClauses(runner, `${name} serves a cache`, harness, cacheClauses(harness?.cacheOptions))
}

function registerClauses(runner: Runner, title: string, harness: Harness, list: readonly Clause[]): void {
  checkHarness(harness)
  const timeout = deadlineOf(harness) + patience
  runner.describe(title, () => {
    const suite = new Suite(harness, list)
    const skips = new Map<string, { readonly status: string; readonly ids: readonly string[] }>()
    for (const clause of list) {
      runner.it(`${clause.id} ${clause.title}`, { timeout }, async (test) => {
        const outcome = await suite.run(clause)
        if (outcome.status === "failed") throw outcome.error
        if (outcome.status === "passed") return
        const { status, reason } = outcome
        const { ids } = skips.get(reason) ?? { ids: [] }
        skips.set(reason, { status, ids: [...ids, clause.id] })
        test.skip(status === "skipped" ? reason : `${status}: ${reason}`)
      })
    }
    runner.after(async () => {
      await suite.close()
      const lines = Array.from(skips, ([reason, { status, ids }]) => `  ${status} ${ids.join(", ")}: ${reason}`)
      if (lines.length > 0) runner.print?.(`${title}, but for\n${lines.join("\n")}`)
    })
  })
}
