import type { Backend } from "@larder/core"
import type { Clause, TimedGroup } from "./clause.js"
import { ClauseRun } from "./clause-run.js"
import { SharedClock, type SharedClockSeat } from "./clock.js"
import { failureOf } from "./failure.js"
import { deadlineOf, type Harness } from "./harness.js"
import { SharedHandles } from "./shared-handles.js"

/** The outcome of a clause. `skipped`: it does not apply to the backend. `excepted`: the harness excepts it. */
export type Outcome =
  | { readonly status: "passed" }
  | { readonly status: "skipped"; readonly reason: string }
  | { readonly status: "excepted"; readonly reason: string }
  | { readonly status: "failed"; readonly error: Error }

/** Runs clauses on one backend, without a test runner. */
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

  /** The handle that most clauses use. */
  backend(): Promise<Backend<unknown>> {
    return this.#handles.backend()
  }

  /** The outcome of a clause if the backend satisfies it, without running it. Rejects if no handle can be created. */
  async promised(clause: Clause): Promise<Outcome> {
    return this.#reasonToSkip(clause, await this.backend()) ?? { status: "passed" }
  }

  /** Runs one of the suite's clauses. The first timed one runs its whole group. Never rejects. */
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
    // All join before the first starts: time must not pass without the others.
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

function failed(reason: unknown): Outcome {
  return { status: "failed", error: failureOf(reason) }
}
