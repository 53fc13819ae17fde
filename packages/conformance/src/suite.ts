import type { Backend } from "@larder/core"
import type { Clause, TimedGroup } from "./clause.js"
import { ClauseRun } from "./clause-run.js"
import { SharedClock, type SharedClockSeat } from "./clock.js"
import { deadlineOf, type Harness } from "./harness.js"
import { SharedHandles } from "./shared-handles.js"

/** What came of one clause. `skipped` is a fact about the backend, `excepted` a confession of its author. */
export type Outcome =
  | { readonly status: "passed" }
  | { readonly status: "skipped"; readonly reason: string }
  | { readonly status: "excepted"; readonly reason: string }
  | { readonly status: "failed"; readonly error: unknown }

/** Runs clauses against one backend, free of any test runner. */
export class Suite {
  readonly #harness: Harness
  readonly #handles: SharedHandles
  readonly #clauses: readonly Clause[]
  readonly #timed = new Map<TimedGroup, Promise<ReadonlyMap<Clause, Outcome>>>()

  constructor(harness: Harness, clauses: readonly Clause[]) {
    this.#harness = harness
    this.#handles = new SharedHandles(harness)
    this.#clauses = clauses
  }

  /** The handle that most clauses work on. */
  backend(): Promise<Backend<unknown>> {
    return this.#handles.backend()
  }

  /** What comes of a clause that is kept: passed, or what is known of it without running it. Rejects without a handle. */
  async promised(clause: Clause): Promise<Outcome> {
    return this.#reasonToSkip(clause, await this.backend()) ?? { status: "passed" }
  }

  /** Runs one of the suite's clauses. The first timed one runs all of its group. Never rejects. */
  async run(clause: Clause): Promise<Outcome> {
    try {
      const skip = this.#reasonToSkip(clause, await this.backend())
      if (skip !== undefined) return skip
      if (clause.timed === undefined) return await this.#judge(clause)
      return (
        (await this.#timedOutcomes(clause.timed)).get(clause) ?? failed(new Error(`${clause.id} is not in the suite`))
      )
    } catch (error) {
      return failed(error)
    }
  }

  /** Closes the handles that the clauses shared. */
  close(): Promise<void> {
    return this.#handles.close()
  }

  #timedOutcomes(group: TimedGroup): Promise<ReadonlyMap<Clause, Outcome>> {
    const outcomes = this.#timed.get(group) ?? this.#runTimed(group)
    this.#timed.set(group, outcomes)
    return outcomes
  }

  async #runTimed(group: TimedGroup): Promise<ReadonlyMap<Clause, Outcome>> {
    const backend = await this.backend()
    const { advance } = this.#harness
    const clock = new SharedClock(advance && ((milliseconds) => advance.call(this.#harness, milliseconds)))
    const timed = this.#clauses.filter((clause) => clause.timed === group && !this.#reasonToSkip(clause, backend))
    // All join before one starts, or time would pass without the late ones.
    const seated = timed.map((clause) => ({ clause, seat: clock.join() }))
    const outcomes = await Promise.all(
      seated.map(async ({ clause, seat }) => {
        const outcome = await this.#judge(clause, seat)
        seat.leave()
        return [clause, outcome] as const
      }),
    )
    return new Map(outcomes)
  }

  #reasonToSkip(clause: Clause, backend: Backend<unknown>): Outcome | undefined {
    const fact = clause.needs?.(backend, this.#harness)
    if (fact !== undefined) return { status: "skipped", reason: fact }
    const confession = this.#harness.except?.[clause.id]
    if (confession !== undefined) return { status: "excepted", reason: confession }
    return undefined
  }

  async #judge(clause: Clause, seat?: SharedClockSeat): Promise<Outcome> {
    try {
      const deadline = deadlineOf(this.#harness)
      await new ClauseRun(await this.backend(), this.#handles, deadline, seat).of(clause)
      return { status: "passed" }
    } catch (error) {
      return failed(error)
    }
  }
}

function failed(error: unknown): Outcome {
  return { status: "failed", error }
}
