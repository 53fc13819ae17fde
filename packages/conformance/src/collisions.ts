import type { BackendWith, ClauseContext, OptionalMethod } from "./clause.js"
import { handles } from "./contenders.js"
import { assertHolds, assertMiss } from "./entry-assertions.js"

/** Waits a few turns of the microtask queue or the event loop, depending on the index. */
async function stagger(index: number): Promise<void> {
  for (let turn = 0; turn < index % 7; turn += 1) await undefined
  if (index % 5 === 4) await new Promise((resolve) => setImmediate(resolve))
}

/** Runs two calls on each key concurrently, in varying order. */
export async function collide(
  keys: readonly string[],
  one: (key: string) => Promise<unknown>,
  other: (key: string) => Promise<unknown>,
): Promise<void> {
  const late = async (call: (key: string) => Promise<unknown>, key: string, index: number) => {
    await stagger(index)
    await call(key)
  }
  await Promise.all(
    keys.flatMap((key, index) =>
      index % 3 === 0
        ? [other(key), late(one, key, index)]
        : [one(key), index % 3 === 1 ? other(key) : late(other, key, index)],
    ),
  )
}

/** Keys for `collide`. */
export function collisionKeys({ key }: Pick<ClauseContext, "key">, name: string): readonly string[] {
  return Array.from({ length: 60 }, (_, index) => key(`${name}:${index}`))
}

/** Rejects if a call on one handle undoes a concurrent write or delete on another. `done` says what the call does. */
export async function assertNothingRestored<Method extends OptionalMethod>(
  { backend, key, values, peer }: ClauseContext<Method>,
  done: string,
  call: (handle: BackendWith<Method>, key: string) => Promise<unknown>,
): Promise<void> {
  const [one = backend, other = backend] = await handles(backend, peer)
  const replaced = collisionKeys({ key }, `${done}:replaced`.replaceAll(" ", "-"))
  const removed = collisionKeys({ key }, `${done}:removed`.replaceAll(" ", "-"))
  await Promise.all([...replaced, ...removed].map((name) => backend.set(name, values.text("old"))))
  await collide(
    replaced,
    (name) => call(one, name),
    (name) => other.set(name, values.text("new")),
  )
  await collide(
    removed,
    (name) => call(one, name),
    (name) => other.delete(name),
  )
  for (const name of replaced) await assertHolds(backend, name, values.text("new"), `${done} while it was replaced`)
  for (const name of removed) assertMiss(await backend.get(name), `${done} while it was removed`)
}
