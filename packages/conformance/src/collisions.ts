import type { ClauseContext } from "./clause.js"

/** Lets a few turns of the event loop's queues go by: another number of them for each index. */
async function stagger(index: number): Promise<void> {
  for (let turn = 0; turn < index % 7; turn += 1) await undefined
  if (index % 5 === 4) await new Promise((resolve) => setImmediate(resolve))
}

/** Runs two calls on each of many keys at the same time, either one first. */
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

/** The keys that two calls meet on. */
export function collisionKeys({ key }: Pick<ClauseContext, "key">, name: string): readonly string[] {
  return Array.from({ length: 60 }, (_, index) => key(`${name}:${index}`))
}
