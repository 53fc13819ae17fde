import { setImmediate as nextTurn } from "node:timers/promises"

/** Yields the items in arrays of `size`; the last one may be shorter. Returning early closes the source. */
export async function* chunksOf<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  size: number,
): AsyncGenerator<Item[]> {
  let chunk: Item[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

/**
 * Runs the task for every item, at most `size` at a time; returns the results in the order of the items. Stops at the first
 * error. Yields to the event loop between chunks, because tasks may be synchronous.
 */
export async function mapInChunks<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  size: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for await (const chunk of chunksOf(items, size)) {
    if (results.length > 0) await nextTurn()
    results.push(...(await Promise.all(chunk.map(task))))
  }
  return results
}
