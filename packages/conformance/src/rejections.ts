import assert from "node:assert/strict"
import { inspect, types } from "node:util"

/** What a call rejected with or threw, in an object; `undefined` if it returned. */
export async function rejectionOf(call: () => unknown): Promise<{ readonly reason: unknown } | undefined> {
  try {
    await call()
    return undefined
  } catch (reason) {
    return { reason }
  }
}

/** Whether this is an `Error`, also one of another realm: test runners may have a realm of their own. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}

/** Throws unless this is an `Error` with a message. `what` names the call that rejected with it. */
export function assertError(reason: unknown, what: string): void {
  const told = `${what} rejected with ${inspect(reason, { depth: 0 })}`
  assert.ok(isError(reason), `${told}: expected an instance of Error`)
  assert.ok(typeof reason.message === "string" && reason.message.trim() !== "", `${told}: expected a message`)
}
