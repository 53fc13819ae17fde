import type { Backend } from "@larder/core"
import type { Clause } from "../src/clause.js"
import { clauses } from "../src/clauses.js"
import { Suite } from "../src/suite.js"
import { MapStore } from "./map-backend.js"

/** A backend with one defect. */
export interface Mutant {
  /** The defect, in words. */
  readonly defect: string
  /** The clauses that must fail, in the order of the contract. No other clause may fail. */
  readonly breaks: readonly string[]
  /** For a mutant that hangs: the milliseconds for a clause. */
  readonly deadline?: number
  create(store: MapStore): Backend<unknown>
}

/** Shorthand for a mutant that is a class over the common store. */
export function mutant(
  defect: string,
  breaks: readonly string[],
  Broken: new (store: MapStore) => Backend<unknown>,
): Mutant {
  return { defect, breaks, create: (store) => new Broken(store) }
}

/** Runs clauses on a new store with a virtual clock. Returns the ids of those that failed. */
export async function failures(
  { create, deadline = 20_000 }: Pick<Mutant, "create" | "deadline">,
  list: readonly Clause[] = clauses,
): Promise<readonly string[]> {
  const store = new MapStore()
  const advance = (milliseconds: number): void => {
    store.now += milliseconds
  }
  const suite = new Suite({ create: () => create(store), advance, deadline }, list)
  const failed: string[] = []
  for (const clause of list) {
    if ((await suite.run(clause)).status === "failed") failed.push(clause.id)
  }
  await suite.close()
  return failed
}
