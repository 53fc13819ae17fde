import assert from "node:assert/strict"
import { inspect } from "node:util"
import type { ClauseContext } from "./clause.js"
import { listed } from "./listed.js"

/**
 * Rejects if a method takes an entry with this value for none, such as one that tests what it has read for truth. Compares
 * with an entry of an ordinary value, so that only a difference between the two is reported.
 */
export async function assertIsAnEntry(context: ClauseContext, value: unknown, shown: string): Promise<void> {
  const ordinary = await resultsFor(context, "ordinary", context.values.text("ordinary"))
  const results = await resultsFor(context, "special", value)
  for (const [method, expected] of Object.entries(ordinary)) {
    const result = results[method]
    const message = `${method} of an entry with ${shown}: expected ${inspect(expected)}, as with other values, got ${inspect(result)}`
    assert.ok(Object.is(result, expected), message)
  }
}

/** What each method returns by which one can tell that there is an entry. */
async function resultsFor({ backend, key, values }: ClauseContext, name: string, value: unknown) {
  const keys = ["delete", "deleteMany", "others"].map((method) => key(`${name}:${method}`))
  const [deleted = "", deletedAmongMany = "", others = ""] = keys
  for (const one of keys) await backend.set(one, value)
  const read = await backend.getMany?.([others])
  return {
    getMany: read && read[0] !== undefined,
    ttl: await backend.ttl?.(others),
    keys: backend.keys && (await listed(backend.keys(others))).includes(others),
    touch: await backend.touch?.(others),
    add: await backend.add?.(others, values.text("added")),
    delete: await backend.delete(deleted),
    deleteMany: await backend.deleteMany?.([deletedAmongMany]),
  } as Record<string, unknown>
}
