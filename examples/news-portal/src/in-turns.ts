import { setImmediate as nextTurn } from "node:timers/promises"

/** Iterates over a long list, and yields to the event loop after each item, so that heavy work does not block other requests. */
export async function* inTurns<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) {
    yield item
    await nextTurn()
  }
}
