import { cacheClauses } from "./cache-clauses.js"
import { clauses } from "./clauses.js"
import type { Harness } from "./harness.js"

const withoutExceptions = new Set(["get", "set", "delete"])

/** Throws a `TypeError` where `except` names what is no clause, what nobody is excused from, or gives no reason. */
export function checkExceptions({ except = {} }: Harness): void {
  // One harness may serve both suites.
  const known = new Set([...clauses, ...cacheClauses()].map(({ id }) => id))
  for (const [id, reason] of Object.entries(except)) {
    if (!known.has(id)) throw new TypeError(`except names "${id}", which is no clause of CONTRACT.md`)
    const family = id.slice(0, id.indexOf("."))
    if (withoutExceptions.has(family)) {
      throw new TypeError(`except names "${id}", but no backend is excused from get, set and delete`)
    }
    if (typeof reason !== "string" || reason.trim() === "") {
      throw new TypeError(`except["${id}"] must say why the clause is not met, got ${JSON.stringify(reason)}`)
    }
  }
}
