import assert from "node:assert/strict"
import type { Backend } from "@larder/core"
import { sameStored, showStored } from "./stored-values.js"

/** Rejects unless `get` returns exactly this value. */
export async function assertHolds(
  backend: Backend<unknown>,
  key: string,
  expected: unknown,
  because?: string,
): Promise<void> {
  assertSame(await backend.get(key), expected, because ?? `get(${JSON.stringify(key)})`)
}

/** Rejects if `get` returns a value. Only get.1 checks how a miss is returned. */
export async function assertMissing(backend: Backend<unknown>, key: string, because?: string): Promise<void> {
  assertMiss(await backend.get(key), because ?? `get(${JSON.stringify(key)})`)
}

/** Rejects unless `write` rejects a value over the backend's `maxValueBytes`. */
export async function assertRefusesTooLarge(
  { capabilities: { maxValueBytes = 0 } }: Backend<unknown>,
  write: (value: Uint8Array) => Promise<unknown>,
): Promise<void> {
  await assert.rejects(
    async () => write(new Uint8Array(maxValueBytes + 1)),
    `a value of ${maxValueBytes + 1} bytes, one more than capabilities.maxValueBytes: expected a rejection`,
  )
}

/** Rejects unless the key holds this old value or none, and so no part of a rejected one. */
export async function assertLeftWhole(backend: Backend<unknown>, key: string, old: unknown): Promise<void> {
  const left = await backend.get(key)
  assert.ok(
    left === undefined || sameStored(left, old),
    `after a value was rejected: expected the old value or none, got ${showStored(left)}`,
  )
}

/** Throws unless both stored values are the same. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  if (sameStored(actual, expected)) return
  assert.fail(`${what}: expected ${showStored(expected)}, got ${showStored(actual)}`)
}

/** Throws unless this is a miss. */
export function assertMiss(actual: unknown, what: string): void {
  if (actual === undefined || actual === null) return
  assert.fail(`${what}: expected no entry, got ${showStored(actual)}`)
}
