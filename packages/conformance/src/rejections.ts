import assert from "node:assert/strict"
import { inspect, types } from "node:util"

/** The reason with which a call rejected, or what it threw. `undefined` if it returned. */
export async function rejectionOf(call: () => unknown): Promise<{ readonly reason: unknown } | undefined> {
  try {
    await call()
    return undefined
  } catch (reason) {
    return { reason }
  }
}

/** Whether this is an `Error`, of any realm: test runners may have their own. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}

/** Throws unless this is an `Error` with a message. `what` describes the call that rejected with it. */
export function assertError(reason: unknown, what: string): void {
  const got = `got ${inspect(reason, { depth: 0 })}`
  assert.ok(isError(reason), `${what}: expected a rejection with an instance of Error, ${got}`)
  const { message } = reason
  assert.ok(typeof message === "string" && message.trim() !== "", `${what}: expected an Error with a message, ${got}`)
}
