import type { ClauseContext } from "./clause.js"

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
