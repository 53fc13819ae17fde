import { type Argument, type Connection, listOf, type Reply } from "./connection.js"

/** Keys per command, or commands per turn: other callers do not wait long, and memory stays bounded. */
const batchSize = 1_000

/**
 * Calls `ask` for one batch of items after the other and concatenates the results. A batch takes one round trip: commands
 * sent in one turn share it.
 */
export async function inBatches<Item, Answer>(
  items: readonly Item[],
  ask: (batch: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  if (items.length <= batchSize) return ask(items)
  const answers: Answer[] = []
  for (let start = 0; start < items.length; start += batchSize) {
    answers.push(...(await ask(items.slice(start, start + batchSize))))
  }
  return answers
}

/** The values of keys, in order; null for a key of another type. */
export async function valuesOf(connection: Connection, keys: readonly string[]): Promise<readonly Reply[]> {
  return inBatches(keys, async (batch) => {
    if (!connection.isCluster) return valuesOfNode(connection, batch)
    return (await all(batch.map((key) => valuesOfNode(connection, [key])))).flat()
  })
}

/** The same, for keys on one server. */
async function valuesOfNode(connection: Connection, keys: readonly string[]): Promise<readonly Reply[]> {
  return listOf(await connection.send(keys[0] ?? "", ["MGET", ...keys]), keys.length)
}

/** Removes keys; resolves with how many there were. */
export async function unlinkMany(connection: Connection, keys: readonly Argument[]): Promise<number> {
  const counts = await inBatches(keys, async (batch) =>
    connection.isCluster
      ? all(batch.map((key) => connection.send(key, ["UNLINK", key])))
      : [await connection.send(batch[0] ?? "", ["UNLINK", ...batch])],
  )
  return counts.reduce<number>((sum, count) => sum + Number(count), 0)
}

/** Like `Promise.all`, but settles only when every promise has: then no buffer of the caller's is in use. */
export async function all<Answer>(promises: readonly Promise<Answer>[]): Promise<readonly Answer[]> {
  try {
    return await Promise.all(promises)
  } catch (error) {
    await Promise.allSettled(promises)
    throw error
  }
}
