import assert from "node:assert/strict"
import type { Backend } from "@larder/core"
import { sameStored, showStored } from "./stored-values.js"

/** Rejects unless `get` answers exactly this value. */
export async function assertHolds(
  backend: Backend<unknown>,
  key: string,
  expected: unknown,
  because?: string,
): Promise<void> {
  assertSame(await backend.get(key), expected, because ?? `get(${JSON.stringify(key)})`)
}

/** Rejects when `get` answers a value. Which shape a miss has is for get.1 alone to judge. */
export async function assertMissing(backend: Backend<unknown>, key: string, because?: string): Promise<void> {
  assertMiss(await backend.get(key), because ?? `get(${JSON.stringify(key)})`)
}

/** Throws unless both are the same stored value. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  if (sameStored(actual, expected)) return
  assert.fail(`${what}: expected ${showStored(expected)}, got ${showStored(actual)}`)
}

/** Throws when this is a value, not a miss. */
export function assertMiss(actual: unknown, what: string): void {
  if (actual === undefined || actual === null) return
  assert.fail(`${what}: expected no entry, got ${showStored(actual)}`)
}
