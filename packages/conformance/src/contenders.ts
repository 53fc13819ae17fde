import assert from "node:assert/strict"
import type { Backend } from "@larder/core"
import type { BackendWith, ClauseContext } from "./clause.js"
import { assertHolds } from "./entry-assertions.js"
import { incrMany, replaceEach } from "./routines.js"

/** How many handles race. */
export const contenders = 4

/** `contenders` handles on the store, or the same handle as often if handles do not share a store. */
export function handles<Handle extends Backend<unknown>>(
  backend: Handle,
  peer: (index: number) => Promise<Handle>,
): Promise<Handle[]> {
  const contender = async (index: number) => (backend.capabilities.shared ? peer(index) : backend)
  return Promise.all(Array.from({ length: contenders }, (_, index) => contender(index)))
}

/** The keys of a race. */
export function raceKeys({ key }: Pick<ClauseContext, "key">): readonly string[] {
  return Array.from({ length: 50 }, (_, index) => key(`race:${index}`))
}

/**
 * Rejects unless each key was won by exactly one owner, whose value it holds. `answers`: the results of each owner, by key.
 */
export async function assertOneOwner(
  { backend, values }: Pick<ClauseContext, "backend" | "values">,
  keys: readonly string[],
  answers: Readonly<Record<string, readonly boolean[]>>,
): Promise<void> {
  const owners = Object.keys(answers)
  for (const [index, name] of keys.entries()) {
    const winners = owners.filter((owner) => answers[owner]?.[index])
    assert.strictEqual(winners.length, 1, `${winners.length} of ${owners.length} contenders won`)
    await assertHolds(backend, name, values.text(winners[0] ?? ""), "the winner's value")
  }
}

/** Rejects unless each key is won by exactly one contender, whose value it holds. */
export async function assertOneWinner<Handle extends Backend<unknown>>(
  backends: readonly Handle[],
  context: ClauseContext,
  contend: (backend: Handle, keys: readonly string[], owner: string) => Promise<boolean[]>,
): Promise<void> {
  const keys = raceKeys(context)
  const answers = await Promise.all(
    backends.map(async (backend, index) => {
      const owner = `contender ${index}`
      return [owner, await contend(backend, keys, owner)] as const
    }),
  )
  await assertOneOwner(context, keys, Object.fromEntries(answers))
}

/** Rejects unless exactly one of the contenders for each key replaces the old value. */
export async function assertOneReplaces(
  backends: readonly BackendWith<"replaceIfEqual">[],
  context: ClauseContext,
): Promise<void> {
  const { backend, values } = context
  await Promise.all(raceKeys(context).map((name) => backend.set(name, values.text("old"))))
  await assertOneWinner(backends, context, (handle, keys, owner) => replaceEach(handle, keys, "old", owner))
}

/** Rejects unless all sums are different and the entry holds the total. */
export async function assertExactSum(
  backends: readonly BackendWith<"incr">[],
  { key, values }: ClauseContext,
): Promise<void> {
  const [first] = backends
  const times = 50
  await first?.set(key("count"), values.integer(0))
  const sums = (await Promise.all(backends.map((backend) => incrMany(backend, key("count"), times)))).flat()
  assert.strictEqual(new Set(sums).size, sums.length, "different sums returned")
  if (first !== undefined) await assertHolds(first, key("count"), values.integer(backends.length * times))
}
