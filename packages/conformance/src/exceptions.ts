import { cacheClauses } from "./cache-clauses.js"
import { clauses } from "./clauses.js"
import type { Harness } from "./harness.js"

const withoutExceptions = new Set(["get", "set", "delete"])

/** Throws a `TypeError` if `except` names an unknown clause or one of get, set and delete, or gives no reason. */
export function checkExceptions({ except = {} }: Harness): void {
  // One harness may serve both suites.
  const known = new Set([...clauses, ...cacheClauses()].map(({ id }) => id))
  for (const [id, reason] of Object.entries(except)) {
    if (!known.has(id)) throw new TypeError(`except names "${id}", which is not a clause of CONTRACT.md`)
    const family = id.slice(0, id.indexOf("."))
    if (withoutExceptions.has(family)) {
      throw new TypeError(`except names "${id}", but clauses of get, set and delete cannot be excepted`)
    }
    if (typeof reason !== "string" || reason.trim() === "") {
      throw new TypeError(
        `except["${id}"] must be the reason why the clause is not satisfied, got ${JSON.stringify(reason)}`,
      )
    }
  }
}
