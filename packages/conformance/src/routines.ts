// What concurrent clients of one store do in a race: on one handle, on several, or in child processes.
// Every export is a routine. Parameters and results are plain data, so that they can cross a process boundary.
import { setImmediate } from "node:timers/promises"
import type { Backend } from "@larder/core"
import type { BackendWith } from "./clause.js"
import { numberIn, storedValues } from "./stored-values.js"

const lockPatience = 15_000

/** Sets each key to `text`. */
export async function write(
  backend: Backend<unknown>,
  keys: readonly string[],
  text: string,
  ttl?: number,
): Promise<void> {
  const { text: value } = storedValues(backend)
  await Promise.all(keys.map((key) => backend.set(key, value(text), ttl)))
}

/** Returns what `get` returns for each key. */
export function read(backend: Backend<unknown>, keys: readonly string[]): Promise<unknown[]> {
  return Promise.all(keys.map((key) => backend.get(key)))
}

/** Adds all keys concurrently, with the owner's name as value. Returns which calls stored. */
export function addEach(backend: BackendWith<"add">, keys: readonly string[], owner: string): Promise<boolean[]> {
  const { text } = storedValues(backend)
  return Promise.all(keys.map((key) => backend.add(key, text(owner))))
}

/** Replaces the value of all keys concurrently by the owner's name. Returns which calls replaced. */
export function replaceEach(
  backend: BackendWith<"replaceIfEqual">,
  keys: readonly string[],
  expected: string,
  owner: string,
): Promise<boolean[]> {
  const { text } = storedValues(backend)
  return Promise.all(keys.map((key) => backend.replaceIfEqual(key, text(expected), text(owner))))
}

/** Adds 1 to an entry `times` times, concurrently. Returns the sums. */
export function incrMany(backend: BackendWith<"incr">, key: string, times: number): Promise<(number | undefined)[]> {
  return Promise.all(Array.from({ length: times }, () => backend.incr(key, 1)))
}

/**
 * Increments an entry `times` times by reading and writing it, each time under a lock. The count is exact only if the lock
 * excludes all other owners.
 */
export async function countUnderLock(
  backend: BackendWith<"add" | "deleteIfEqual">,
  lock: string,
  counter: string,
  owner: string,
  times: number,
): Promise<void> {
  const values = storedValues(backend)
  for (let count = 0; count < times; count += 1) {
    const giveUp = performance.now() + lockPatience
    while (!(await backend.add(lock, values.text(owner)))) {
      if (performance.now() > giveUp) throw new Error(`${owner} waited ${lockPatience} ms for the lock`)
      await setImmediate()
    }
    const held = await backend.get(counter)
    await backend.set(counter, values.integer(numberIn(backend, held) + 1))
    if (!(await backend.deleteIfEqual(lock, values.text(owner)))) throw new Error(`${owner} lost a lock that it held`)
  }
}

/** Overwrites a key with strings of one repeated letter, of different lengths. */
export async function overwrite(backend: Backend<unknown>, key: string, letters: string, times: number): Promise<void> {
  const { text } = storedValues(backend)
  for (let round = 0; round < times; round += 1) {
    const letter = letters.charAt(round % letters.length)
    await backend.set(key, text(letter.repeat(1 + ((round * 7919) % 60_000))))
  }
}
