/**
 * The items in arrays of up to `maxItems` that weigh up to `maxWeight` together. An item that is heavier is in an array of its
 * own.
 */
export function* chunksByWeight<Item>(
  items: readonly Item[],
  maxItems: number,
  maxWeight: number,
  weigh: (item: Item) => number,
): Generator<readonly Item[]> {
  let start = 0
  let weight = 0
  for (const [index, item] of items.entries()) {
    const itemWeight = weigh(item)
    if (index > start && (index - start === maxItems || weight + itemWeight > maxWeight)) {
      yield items.slice(start, index)
      start = index
      weight = 0
    }
    weight += itemWeight
  }
  if (start < items.length) yield items.slice(start)
}

/** The items in arrays of `size`; the last one may be shorter. */
export function* chunksOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
