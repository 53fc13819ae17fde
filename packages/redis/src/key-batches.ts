import { type Argument, type Connection, listOf, type Reply } from "./connection.js"

/** How many keys go into one command, or commands into one turn: others need not wait long, and memory stays bounded. */
const batchSize = 1_000

/**
 * Asks `ask` for one batch of items after the other and joins the answers.
 *
 * A batch is one round trip: commands that are sent in one turn share it.
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

/** The values of keys, in their order; null for a key that holds no string. */
export async function valuesOf(connection: Connection, keys: readonly string[]): Promise<readonly Reply[]> {
  return inBatches(keys, async (batch) => {
    if (!connection.isCluster) return valuesOfNode(connection, batch)
    return (await all(batch.map((key) => valuesOfNode(connection, [key])))).flat()
  })
}

/** Of keys that one server holds. */
async function valuesOfNode(connection: Connection, keys: readonly string[]): Promise<readonly Reply[]> {
  return listOf(await connection.send(keys[0] ?? "", ["MGET", ...keys]), keys.length)
}

/** Removes keys; answers how many there were. */
export async function unlinkMany(connection: Connection, keys: readonly Argument[]): Promise<number> {
  const counts = await inBatches(keys, async (batch) =>
    connection.isCluster
      ? all(batch.map((key) => connection.send(key, ["UNLINK", key])))
      : [await connection.send(batch[0] ?? "", ["UNLINK", ...batch])],
  )
  return counts.reduce<number>((sum, count) => sum + Number(count), 0)
}

/** Like `Promise.all`, and settles only when every promise has: the buffers in the commands are no longer used then. */
export async function all<Answer>(promises: readonly Promise<Answer>[]): Promise<readonly Answer[]> {
  try {
    return await Promise.all(promises)
  } catch (error) {
    await Promise.allSettled(promises)
    throw error
  }
}
