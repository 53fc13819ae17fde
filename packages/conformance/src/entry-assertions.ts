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

/** Rejects unless the backend rejects what `write` does with a value over its `maxValueBytes`. */
export async function assertRefusesTooLarge(
  { capabilities: { maxValueBytes = 0 } }: Backend<unknown>,
  write: (value: Uint8Array) => Promise<unknown>,
): Promise<void> {
  await assert.rejects(
    async () => write(new Uint8Array(maxValueBytes + 1)),
    `a value of ${maxValueBytes + 1} bytes was taken, one more than capabilities.maxValueBytes`,
  )
}

/** Rejects unless the key holds this old value or none, and so no part of one that was refused. */
export async function assertLeftWhole(backend: Backend<unknown>, key: string, old: unknown): Promise<void> {
  const left = await backend.get(key)
  assert.ok(left === undefined || sameStored(left, old), `left behind by a refused value: ${showStored(left)}`)
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
