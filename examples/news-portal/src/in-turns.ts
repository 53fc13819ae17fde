import { setImmediate as nextTurn } from "node:timers/promises"

/** Walks a long list and lets waiting requests have their turn after each item, so that heavy work holds up nobody else. */
export async function* inTurns<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) {
    yield item
    await nextTurn()
  }
}
